// Bundles what lives outside of JupyterLab: the notebook widget, one ES module and one style sheet, for
// anywidget; and the page of a saved comparison, one file in which nothing is left to load.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const OUT = 'lightflow_jlab/static';
/** Gzipped: it is sent with every notebook that shows the widget. */
const MAX_WIDGET_BYTES = 150_000;
const production = process.argv.includes('--prod');
const shared = {
  bundle: true,
  target: 'es2020',
  minify: production,
  outdir: OUT,
  logLevel: 'info'
};

await build({
  ...shared,
  entryPoints: { widget: 'src/widget/index.ts' },
  format: 'esm',
  sourcemap: production ? false : 'inline'
});

if (production) {
  const size = gzipSync(await readFile(`${OUT}/widget.js`)).length;
  console.log(`  widget.js, gzipped: ${(size / 1000).toFixed(1)} kB`);
  if (size > MAX_WIDGET_BYTES) {
    throw new Error(`The widget's script is over ${MAX_WIDGET_BYTES} bytes.`);
  }
}

const { outputFiles } = await build({
  ...shared,
  entryPoints: { page: 'src/page/index.ts' },
  format: 'iife',
  write: false
});
const text = ending =>
  outputFiles.find(file => file.path.endsWith(ending)).text;
const script = text('.js').replace(/<\/script/g, '<\\/script');
const digest = createHash('sha256').update(script).digest('base64');
const rule =
  `default-src 'none'; script-src 'sha256-${digest}'; ` +
  `style-src 'unsafe-inline'; img-src data: blob:`;
// A text file, so that JupyterLab's builder takes it as it is.
await writeFile(
  `${OUT}/comparison.txt`,
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${rule}">
<meta name="viewport" content="width=device-width">
<title>__LIGHTFLOW_TITLE__</title>
<style>${text('.css')}</style>
</head>
<body>
<script type="application/json" id="lightflow-document">__LIGHTFLOW_DOCUMENT__</script>
<script>${script}</script>
</body>
</html>
`
);

// Bundles the notebook widget, one ES module and one style sheet, for anywidget.
import { build } from 'esbuild';

const production = process.argv.includes('--prod');

await build({
  entryPoints: { widget: 'src/widget/index.ts' },
  bundle: true,
  format: 'esm',
  target: 'es2020',
  minify: production,
  sourcemap: production ? false : 'inline',
  outdir: 'lightflow_jlab/static',
  logLevel: 'info'
});

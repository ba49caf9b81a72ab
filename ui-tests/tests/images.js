const path = require('node:path');

const FOLDER = path.resolve(__dirname, '../../docs/images');

/** Take a picture for the documentation, where `LIGHTFLOW_DOCS_IMAGES` asks for it. */
async function picture(page, name) {
  if (process.env.LIGHTFLOW_DOCS_IMAGES) {
    await page.screenshot({ path: path.join(FOLDER, `${name}.png`) });
  }
}

module.exports = { picture };

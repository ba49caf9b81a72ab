const path = require('node:path');

const FOLDER = path.resolve(__dirname, '../../docs/images');

/** Take a picture of a page or a part of it for the documentation, where `LIGHTFLOW_DOCS_IMAGES` asks for it. */
async function picture(place, name) {
  if (process.env.LIGHTFLOW_DOCS_IMAGES) {
    await place.screenshot({ path: path.join(FOLDER, `${name}.png`) });
  }
}

module.exports = { picture };

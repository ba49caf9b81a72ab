const jestJupyterLab = require('@jupyterlab/testutils/lib/jest-config');

// These ship ES modules only, so jest has to translate them too.
const esModules = [
  '@codemirror',
  '@jupyter/',
  '@jupyterlab/',
  '@marijn',
  '@microsoft',
  'color',
  'exenv-es6',
  'lib0',
  'marked',
  'nanoid',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'y-websocket',
  'yjs'
].join('|');

module.exports = {
  ...jestJupyterLab(__dirname),
  automock: false,
  testRegex: 'src/.*\\.spec\\.tsx?$',
  modulePathIgnorePatterns: ['/\\.(venv|test|demo|nox)/', '/labextension/'],
  transformIgnorePatterns: [`/node_modules/(?!${esModules}).+`]
};

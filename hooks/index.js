// The generator's hooks, compiled from pipeline/hooks.ts. The generator loads every file of this folder, so the folder
// contains only this file. package.json names the file as well: on Node 26, generators up to 3.4.1 ignore the folder,
// because they call `fs.promises.stat` in a way that Node 26 rejects. Where both are loaded, the second call of a hook joins the first.
// The name in package.json starts with `../` because the generator resolves it below the `node_modules` of the pack.
const { before, after } = require('../dist/pipeline/hooks.js')

module.exports = { 'generate:before': before, 'generate:after': after }

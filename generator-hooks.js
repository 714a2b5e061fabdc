// What the generator calls: package.json names this file in `generator.hooks`. It does not lie in a folder `hooks/`, which
// would be found without that: on Node 26, generators up to 3.4.1 overlook the folder (they ask `fs.promises.stat` in a way
// that Node 26 refuses) and would copy the templates as they are. The name starts with `../` because the generator looks
// for such modules below the `node_modules` of the pack. What the hooks do is in pipeline/hooks.ts, compiled to dist/.
const { before, after } = require('./dist/pipeline/hooks.js')

module.exports = { 'generate:before': before, 'generate:after': after }

// The generator requires every file below this folder, and TypeScript ones only with the user's own configuration: this is
// all there may be. What the hooks do is in pipeline/hooks.ts, compiled to dist/.
const { before, after } = require('../dist/pipeline/hooks.js')

module.exports = { 'generate:before': before, 'generate:after': after }

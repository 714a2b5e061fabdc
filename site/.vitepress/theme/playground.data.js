import { readFileSync } from 'node:fs'

const read = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
const EXAMPLES = ['account-service', 'rooms', 'llm-chat', 'ticker']
/** Parameters of the page; package.json has their descriptions. */
const CHOICES = {
  side: ['client', 'server', 'operations'],
  model: ['interface'],
  host: ['fetch', 'node', 'fastify'],
  ui: ['react', 'vue', 'svelte', 'angular', 'rxjs', 'store'],
  runtime: ['package'],
  importExtension: ['js', 'ts'],
}

/** Read when the site is built. */
export default {
  load: () => ({
    examples: EXAMPLES.map((name) => ({ name, text: read(`examples/${name}.yaml`) })),
    choices: Object.entries(CHOICES).map(([name, values]) => ({ name, values })),
  }),
}

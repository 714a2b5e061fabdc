// Builds the site into dist/, and checks every link in it. `node build.js --serve` starts the development server instead.
import { build, createServer } from 'vitepress'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkLinks } from './links.js'
import { makePages, watchDocs } from './pages.js'
import { bundlePlayground } from './playground/bundle.js'

const SITE = fileURLToPath(new URL('.', import.meta.url))

await makePages()
const size = await bundlePlayground(join(SITE, 'pages/public/playground'))
console.log(`playground: ${Math.round(size / 1000)} kB, minified and gzipped`)
if (process.argv.includes('--serve')) {
  watchDocs()
  const server = await createServer(SITE)
  await server.listen()
  server.printUrls()
} else {
  await build(SITE)
  const { pages, broken } = checkLinks(join(SITE, 'dist'))
  console.log(`${pages} pages`)
  if (broken.length > 0) {
    console.error(`links without a target:\n${broken.join('\n')}`)
    process.exitCode = 1
  }
}

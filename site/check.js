// Opens every page of the built site in Chromium, at the width of a desktop and of a phone, and uses the playground.
// `node check.js --pictures <folder>` also takes a picture of each page. Run `npm run site:build` first.
import { strict as assert } from 'node:assert'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { extname, join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { unzipSync } from 'fflate'

const SITE = fileURLToPath(new URL('.', import.meta.url))
const ROOT = resolve(SITE, '..')
const DIST = join(SITE, 'dist')
// Playwright is a package of the tests of the repository.
const { chromium } = createRequire(join(ROOT, 'package.json'))('playwright-core')
const { pictures } = parseArgs({ options: { pictures: { type: 'string' } } }).values

const WIDTHS = [1280, 390]
const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** Serves the built site as a static host does: pages without their extension. */
async function serve() {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname)
    const file = [path, `${path}.html`, `${path}/index.html`]
      .map((candidate) => join(DIST, candidate))
      .find((candidate) => existsSync(candidate) && statSync(candidate).isFile())
    if (file === undefined) return response.writeHead(404).end()
    response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream')
    return response.end(readFileSync(file))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, url: `http://127.0.0.1:${server.address().port}` }
}

/** Paths of all pages, without extension. */
function pages() {
  return readdirSync(DIST, { recursive: true, encoding: 'utf8' })
    .map((path) => `/${path.split(sep).join('/')}`)
    .filter((path) => path.endsWith('.html'))
    .map((path) => path.replace(/(index)?\.html$/, ''))
    .sort()
}

/** The elements that make a page wider than its window. Elements that scroll by themselves may be wide. */
function overflowing() {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width) return []
  return [...document.querySelectorAll('.VPContent *')]
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .slice(0, 3)
    .map((element) => `${element.tagName}: ${element.textContent.trim().slice(0, 60)}`)
    .concat(`the page has ${document.documentElement.scrollWidth} px`)
}

async function checkPages(browser, url) {
  const problems = []
  for (const width of WIDTHS) {
    const page = await browser.newPage({ viewport: { width, height: 900 } })
    page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`))
    page.on('response', (response) => {
      if (response.status() >= 400) problems.push(`${response.url()}: ${response.status()}`)
    })
    for (const path of pages()) {
      if (path === '/404') continue
      await page.goto(`${url}${path}`, { waitUntil: 'load' })
      await page.locator('.VPContent').waitFor()
      for (const element of await page.evaluate(overflowing))
        problems.push(`${path} at ${width} px: ${element}`)
      if (pictures !== undefined) {
        const name = `${path.slice(1).replaceAll('/', '_') || 'index'}-${width}.png`
        await page.screenshot({ path: join(pictures, name), fullPage: true })
      }
    }
    await page.close()
  }
  return problems
}

/** The text that the search finds first. */
async function checkSearch(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  await page.goto(`${url}/getting-started`)
  await page.locator('#local-search button').click()
  await page.locator('.VPLocalSearchBox input').fill('idempotencyKey')
  await page.locator('.VPLocalSearchBox .result').first().waitFor()
  await page.close()
}

/** The output of the pack's command, by path. */
function generated(document, ...parameters) {
  const folder = mkdtempSync(join(tmpdir(), 'playground-'))
  try {
    const command = join(ROOT, 'bin/asyncapi-eventsource-template.js')
    execFileSync(process.execPath, [command, document, '-o', folder, ...parameters])
    return Object.fromEntries(
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((path) => statSync(join(folder, path)).isFile())
        .map((path) => [path.split(sep).join('/'), readFileSync(join(folder, path), 'utf8')])
        .filter(([path]) => path !== '.eventsource-files.json')
        .sort(),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Compares two outputs, and names the files that differ: their texts are too long for a message. */
function assertSameFiles(actual, expected) {
  assert.deepEqual(Object.keys(actual), Object.keys(expected))
  const different = Object.keys(expected).filter((path) => actual[path] !== expected[path])
  assert.deepEqual(different, [], 'files of the playground that differ from those of the command')
}

async function checkPlayground(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  const problems = []
  page.on('pageerror', (error) => problems.push(error.message))
  // The page is busy from each change on, so this waits for the output of the last one.
  const idle = () => page.locator('.playground[aria-busy="false"]').waitFor()
  const download = async () => {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download .zip' }).click(),
    ])
    const texts = Object.entries(unzipSync(readFileSync(await file.path())))
    return Object.fromEntries(
      texts.map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]).sort(),
    )
  }

  await page.goto(`${url}/playground`)
  await idle()
  const first = await download()
  assertSameFiles(first, generated(join(ROOT, 'examples/account-service.yaml')))

  await page.getByLabel('Example').selectOption('rooms')
  await page.getByLabel('ui').selectOption('react')
  await idle()
  assertSameFiles(await download(), generated(join(ROOT, 'examples/rooms.yaml'), '-p', 'ui=react'))
  await page.getByLabel('File').selectOption('payloads/Said.ts')
  assert.match(await page.locator('.playground pre').textContent(), /export class Said/)

  await page.getByLabel('asyncapi.yaml').fill('asyncapi: 3.0.0\ninfo: [')
  await idle()
  assert.match(await page.getByRole('alert').textContent(), /asyncapi\.yaml:\d+:\d+: /)
  assert.deepEqual(problems, [])
  await page.close()
}

if (pictures !== undefined) mkdirSync(pictures, { recursive: true })
const { server, url } = await serve()
const executablePath = execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim()
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
try {
  await checkPlayground(browser, url)
  await checkSearch(browser, url)
  const problems = await checkPages(browser, url)
  if (problems.length > 0) {
    console.error(problems.join('\n'))
    process.exitCode = 1
  }
  console.log(
    `${pages().length} pages at ${WIDTHS.join(' and ')} px, the search and the playground`,
  )
} finally {
  await browser.close()
  server.close()
}

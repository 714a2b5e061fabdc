import { join } from 'node:path'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { describeChromium, launchChromium } from '../../support/chromium'
import { openPage, pageFiles } from '../../ui/support/pages'
import { openStream, startServer, type UiServer } from '../../ui/support/server'

// The statements of docs/client.md about pages: differences to EventSource, and what a browser hides from both clients.

const APP = `
import { listen } from './runtime/fetch-client'
import { listen as listenByEventSource } from './runtime/eventsource-client'
import { ticks } from './test/runtime/client/support/channels'

const log = []
const client = (listen, baseUrl, options = {}) =>
  listen(ticks, (message, _, error, { cause }) => {
    log.push(error === undefined ? message.n : [cause.code, cause.retrying])
  }, null, { baseUrl, reconnect: { initialDelay: 100, jitter: 0 }, ...options })
Object.assign(globalThis, {
  api: {
    log,
    fetch: (baseUrl, options) => void client(listen, baseUrl, options),
    eventSource: (baseUrl) => void client(listenByEventSource, baseUrl),
    native(url) {
      this.source = new EventSource(url)
      this.source.onmessage = ({ data }) => log.push(JSON.parse(data).n)
    },
  },
})
`

type Entry = number | [code: string, retrying: boolean]

declare const api: {
  readonly log: Entry[]
  readonly source: EventSource
  fetch(baseUrl: string, options?: { lastEventIdParameter: string }): void
  eventSource(baseUrl: string): void
  native(url: string): void
}

describeChromium('A client in Chromium', () => {
  let browser: Browser
  let script = ''
  let server: UiServer
  let other: UiServer
  let page: Page
  const problems: string[] = []

  beforeAll(async () => {
    const { outputFiles } = await build({
      stdin: { contents: APP, resolveDir: join(__dirname, '../../..'), loader: 'ts' },
      bundle: true,
      format: 'esm',
      platform: 'browser',
      write: false,
    })
    script = outputFiles[0]?.text ?? ''
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  beforeEach(async () => {
    server = await startServer()
    server.files = pageFiles(script)
    other = await startServer()
    page = await openPage(browser, server.url, problems)
  })
  afterEach(async () => {
    await page.close()
    await server.close()
    await other.close()
    expect(problems.splice(0)).toEqual([])
  })

  /** What the page has received, once that is `count` events and errors. */
  async function received(count: number): Promise<Entry[]> {
    await page.waitForFunction((least) => api.log.length >= least, count)
    return page.evaluate(() => api.log)
  }

  it('that a server of another origin refuses reports a network error, and connects again', async () => {
    other.answer = (response) => openStream(response)
    await page.evaluate((url) => api.fetch(url), other.url)
    expect(await received(2)).toEqual([
      ['network', true],
      ['network', true],
    ])
    await other.until(() => other.requests.length >= 3)
  })

  it.each([
    ['cannot resume across origins where Last-Event-ID is not allowed', undefined],
    ['resumes across origins with lastEventIdParameter, without a preflight', 'last'],
  ])('%s', async (_, lastEventIdParameter) => {
    const methods: string[] = []
    other.answer = (response, { method = '' }) => {
      methods.push(method)
      response.setHeader('Access-Control-Allow-Origin', '*')
      if (method === 'OPTIONS') response.writeHead(204).end()
      else {
        openStream(response)
        response.end(`id: ${methods.length}\ndata: {"n":${methods.length}}\n\n`)
      }
    }
    await page.evaluate(
      ([url, name]) =>
        api.fetch(url, name === undefined ? undefined : { lastEventIdParameter: name }),
      [other.url, lastEventIdParameter] as const,
    )
    const log = await received(3)
    if (lastEventIdParameter === undefined) {
      expect(log.slice(0, 3)).toEqual([1, ['network', true], ['network', true]])
      expect(methods.slice(0, 3)).toEqual(['GET', 'OPTIONS', 'OPTIONS'])
    } else {
      expect(log.slice(0, 3)).toEqual([1, 2, 3])
      expect(methods).not.toContain('OPTIONS')
      expect(other.requests[2]?.url).toBe('/ticks?last=2')
    }
  })

  it('connects again after window.stop(), where EventSource closes', async () => {
    server.answer = (response) => {
      openStream(response)
      response.write(`data: {"n":${server.requests.length}}\n\n`)
    }
    await page.evaluate((url) => api.native(url), `${server.url}/native`)
    await received(1)
    await page.evaluate((url) => api.fetch(url), server.url)
    await received(2)
    await page.evaluate(() => window.stop())
    expect(await received(4)).toEqual([1, 2, ['network', true], 3])
    expect(await page.evaluate(() => api.source.readyState)).toBe(2)
    expect(server.requests.map(({ url }) => url)).toEqual(['/native', '/ticks', '/ticks'])
  })

  it.each([
    ['204', 204],
    ['404', 404],
    ['503', 503],
    ['another content type', 200],
  ])('of EventSource has no reason for its end: %s', async (_, status) => {
    server.answer = (response) => {
      response.writeHead(status, { 'Content-Type': 'text/html' }).end()
    }
    await page.evaluate((url) => api.eventSource(url), server.url)
    expect(await received(1)).toEqual([['network', false]])
    expect(server.requests).toHaveLength(1)
  })
})

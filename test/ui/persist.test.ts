import { describeChromium, launchChromium } from '../support/chromium'
import type { Browser, Page } from 'playwright-core'
import { scratchFolder } from '../support/folder'
import { bundleApp, generateCounters, openPage, pageFiles } from './support/pages'
import { openStream, startServer, type UiServer } from './support/server'

/** A page with a store of a run; `window.asked` sends a request. */
const APP = `
import { createChatStore } from './channels/event_source_store'
const store = createChatStore({
  persist: 'chat',
  initial: [] as number[],
  reduce: (numbers, event) => [...numbers, event.payload.n],
  reconnect: { initialDelay: 50 },
})
const api = { store, data: () => store.getSnapshot().data, status: () => store.getSnapshot().status }
store.subscribe(() => undefined)
Object.assign(globalThis, { api })
`

declare const api: {
  readonly store: { send(body: { text: string }): void; stop(): void }
  data(): number[]
  status(): string
}

const token = (n: number): string => `event: token\nid: ${n}\ndata: {"n":${n}}\n\n`

describeChromium('a run that a store persists, in Chromium', () => {
  let browser: Browser
  let server: UiServer
  let page: Page
  let script = ''
  let last = 0
  const problems: string[] = []

  beforeAll(async () => {
    const folder = scratchFolder()
    await generateCounters(folder, { ui: 'store' })
    script = await bundleApp(folder, APP)
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  beforeEach(async () => {
    last = 0
    server = await startServer()
    server.files = pageFiles(script)
    server.answer = (response, { method, headers }) => {
      if (method === 'POST') {
        response.writeHead(201, { 'Content-Type': 'text/event-stream', Location: '/runs/7' })
        response.flushHeaders()
        return
      }
      openStream(response)
      for (let n = Number(headers['last-event-id'] ?? 0) + 1; n <= last; n++) {
        response.write(token(n))
      }
    }
    page = await openPage(browser, server.url, problems)
  })
  afterEach(async () => {
    await page.close()
    await server.close()
    expect(problems.splice(0)).toEqual([])
  })

  const emit = (): void => server.send(token(++last))
  const has = (numbers: number[]): Promise<unknown> =>
    page.waitForFunction((text) => JSON.stringify(api.data()) === text, JSON.stringify(numbers))
  const hasStatus = (status: string): Promise<unknown> =>
    page.waitForFunction((wanted) => api.status() === wanted, status)
  const saved = (): Promise<string | null> => page.evaluate(() => sessionStorage.getItem('chat'))
  const send = async (): Promise<void> => {
    await page.evaluate(() => api.store.send({ text: 'hello' }))
    await hasStatus('open')
  }

  it('continues after a reload, with its data, and each event once', async () => {
    await send()
    emit()
    emit()
    await has([1, 2])
    await page.goto('about:blank')
    emit()
    await page.goto(server.url)
    await has([1, 2, 3])
    emit()
    await has([1, 2, 3, 4])
    expect(server.requests.map(({ url }) => url)).toEqual(['/chat', '/runs/7'])
    await page.reload()
    await has([1, 2, 3, 4])
    emit()
    await has([1, 2, 3, 4, 5])
  })

  it('is removed at its end, so that a reload starts nothing', async () => {
    await send()
    emit()
    await has([1])
    expect(JSON.parse(String(await saved()))).toMatchObject({ lastEventId: '1', data: [1] })
    server.send('data: [DONE]\n\n')
    await hasStatus('closed')
    expect(await saved()).toBeNull()
    await page.reload()
    await hasStatus('closed')
    expect(await page.evaluate(() => api.data())).toEqual([])
    expect(server.requests).toHaveLength(1)
  })

  it('is removed by `stop`, and replaced by `send`', async () => {
    await send()
    emit()
    await has([1])
    await send()
    await has([])
    await page.evaluate(() => api.store.stop())
    await hasStatus('closed')
    expect(await saved()).toBeNull()
  })
})

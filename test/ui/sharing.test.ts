import { pick, seededRandom } from '../support/random'
import { describeChromium, launchChromium } from '../support/chromium'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { scratchFolder } from '../support/folder'
import { counters } from './support/document'
import { bundleApp, compileApp, generateCounters, PAGE, pageFiles } from './support/pages'
import { SNAPSHOT_COMMENT } from '../../runtime/server/sse'
import { counted, openStream, startServer, type UiServer } from './support/server'

/** A page that records the events of one subscription. */
const APP = `
import { listenForCountersId, streamCountersId } from './channels/event_source_client'
import { createCountersIdStore } from './channels/event_source_store'
import { shareTabs } from './runtime/share'

const { searchParams } = new URL(location.href)
const scope = searchParams.get('scope') ?? 'user'
const api = {
  numbers: [] as (number | string)[],
  state: 'connecting',
  errors: [] as string[],
}
Object.assign(globalThis, { api })
const options = {
  share: shareTabs({ scope }),
  reconnect: { initialDelay: 100 },
  headers: () => ({ 'X-Tab': searchParams.get('tab') ?? '' }),
  onStateChange: (state: string) => (api.state = state),
  onError: (error: unknown) => api.errors.push(String(error)),
  onGap: () => api.numbers.push('gap'),
}
const mode = searchParams.get('mode')
if (mode === 'stream') {
  for await (const event of streamCountersId({ id: 'a' }, options)) {
    if (event.type === 'counted') api.numbers.push(event.payload.n)
  }
} else if (mode === 'store') {
  const store = createCountersIdStore({ id: 'a' }, {
    ...options,
    initial: [] as number[],
    reduce: (all, event) => event.type === 'counted' ? [...all, event.payload.n] : all,
  })
  store.subscribe(() => (api.numbers = store.getSnapshot().data))
} else {
  listenForCountersId(
    (_payload, _parameters, error, details) => {
      if (error !== undefined) api.errors.push(error)
      else if (details.type === 'counted') api.numbers.push(details.payload.n)
    },
    { id: 'a' },
    options,
  )
}
`

/** A later version of the document, with another schema of `counted`. */
const LATER_DOCUMENT = {
  ...counters,
  channels: {
    ...counters.channels,
    counters: {
      ...counters.channels.counters,
      messages: {
        counted: {
          payload: {
            type: 'object',
            required: ['n'],
            properties: { n: { type: 'integer', maximum: 100 } },
          },
        },
      },
    },
  },
}

interface Api {
  readonly numbers: (number | string)[]
  readonly state: string
  readonly errors: string[]
}
declare const api: Api

/** A server with the events 1 to `last`, which continues after \`Last-Event-ID\`. */
function serveHistory(server: UiServer): { last: number; emit(): void } {
  const history = {
    last: 0,
    emit() {
      history.last++
      server.send(counted(history.last))
    },
  }
  server.answer = (response: ServerResponse, { headers }: IncomingMessage) => {
    openStream(response)
    const after = Number(headers['last-event-id'] ?? history.last)
    for (let n = after + 1; n <= history.last; n++) response.write(counted(n))
  }
  return history
}

describeChromium('one connection for all tabs, in Chromium', () => {
  let browser: Browser
  let context: BrowserContext
  let server: UiServer
  let history: ReturnType<typeof serveHistory>
  let files: Record<string, string>
  let script = ''
  /** The app of a later version of the document. */
  let laterScript = ''
  /** An app with other messages between tabs. */
  let otherScript = ''
  const problems: string[] = []

  beforeAll(async () => {
    const folder = scratchFolder()
    files = await generateCounters(folder, { ui: 'store,share', validation: 'none' })
    script = await bundleApp(folder, APP)
    const later = scratchFolder()
    await generateCounters(
      later,
      { ui: 'store,share', validation: 'client', model: 'interface' },
      LATER_DOCUMENT,
    )
    laterScript = await bundleApp(later, APP, { minify: true })
    const share = join(folder, 'runtime/share.ts')
    const source = readFileSync(share, 'utf8')
    writeFileSync(share, source.replace('const PROTOCOL = 1', 'const PROTOCOL = 2'))
    otherScript = await bundleApp(folder, APP)
    expect(otherScript).not.toBe(script)
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  beforeEach(async () => {
    server = await startServer()
    history = serveHistory(server)
    server.files = {
      ...pageFiles(script),
      '/later.html': { type: 'text/html', text: PAGE.replace('app.js', 'later.js') },
      '/later.js': { type: 'text/javascript', text: laterScript },
      '/other.html': { type: 'text/html', text: PAGE.replace('app.js', 'other.js') },
      '/other.js': { type: 'text/javascript', text: otherScript },
    }
    context = await browser.newContext()
  })
  afterEach(async () => {
    await context.close()
    await server.close()
    expect(problems.splice(0)).toEqual([])
  })

  async function openTab(query: Record<string, string> = {}, path = ''): Promise<Page> {
    const page = await context.newPage()
    page.on('pageerror', (error) => problems.push(error.message))
    await page.goto(`${server.url}/${path}?${String(new URLSearchParams(query))}`)
    return page
  }
  const isOpen = (page: Page): Promise<unknown> => page.waitForFunction(() => api.state === 'open')
  const numbersOf = (page: Page): Promise<(number | string)[]> => page.evaluate(() => api.numbers)
  const has = async (page: Page, numbers: unknown[]): Promise<void> => {
    const last = numbers.at(-1)
    await page.waitForFunction((n) => api.numbers.at(-1) === n, last)
    expect(await numbersOf(page)).toEqual(numbers)
  }

  it('compiles under the strict flags', () => {
    expect(compileApp(files, APP)).toEqual([])
  })

  it('serves ten tabs, of listeners, streams and stores', async () => {
    const first = await openTab()
    await isOpen(first)
    const tabs: Page[] = []
    history.emit()
    for (const mode of [
      'listen',
      'stream',
      'store',
      'listen',
      'stream',
      'store',
      'listen',
      'stream',
      'store',
    ]) {
      const tab = await openTab({ mode })
      await isOpen(tab)
      tabs.push(tab)
    }
    history.emit()
    await server.until(() => server.open.size === 1)
    history.emit()
    await has(first, [1, 2, 3])
    for (const tab of tabs) await has(tab, [2, 3])
  })

  it('uses one request for tabs that open at the same time', async () => {
    const tabs = await Promise.all([openTab(), openTab(), openTab(), openTab()])
    for (const tab of tabs) await isOpen(tab)
    await server.until(() => server.open.size === 1)
    history.emit()
    for (const tab of tabs) await has(tab, [1])
  })

  it('needs no further event to let a tab take part', async () => {
    const first = await openTab()
    await isOpen(first)
    history.emit()
    await has(first, [1])
    const second = await openTab()
    await server.until(() => server.requests.length === 2)
    await server.until(() => server.open.size === 1)
    history.emit()
    await has(first, [1, 2])
    await has(second, [2])
  })

  it('shares nothing with tabs of another scope, and no request, name or message contains the scope', async () => {
    const first = await openTab({ scope: 'ada@example.com' })
    await isOpen(first)
    const other = await openTab({ scope: 'bob@example.com' })
    await isOpen(other)
    expect(server.open.size).toBe(2)
    const [ofAda] = server.open
    ofAda?.response.write(counted(1))
    await has(first, [1])
    expect(await numbersOf(other)).toEqual([])
    const { held = [] } = await first.evaluate(() => navigator.locks.query())
    expect(held).toHaveLength(2)
    for (const { name } of held) expect(name).toMatch(/^[\w+/]{43}=$/)
  })

  it('sends no credentials over the channel', async () => {
    const spy = await openTab({ scope: 'spy' })
    const first = await openTab({ tab: 'secret' })
    await isOpen(first)
    const names = await first.evaluate(async () =>
      ((await navigator.locks.query()).held ?? []).map(({ name }) => String(name)),
    )
    await spy.evaluate((all) => {
      const messages: string[] = []
      Object.assign(globalThis, { messages })
      for (const name of all) {
        new BroadcastChannel(name).onmessage = ({ data }) => messages.push(JSON.stringify(data))
      }
    }, names)
    const second = await openTab({ tab: 'secret' })
    await isOpen(second)
    history.emit()
    await has(second, [1])
    const messages = await spy.evaluate(
      () => (globalThis as unknown as { messages: string[] }).messages,
    )
    expect(messages.length).toBeGreaterThan(2)
    expect(server.requests.some(({ headers }) => headers['x-tab'] === 'secret')).toBe(true)
    expect(messages.filter((text) => text.includes('secret'))).toEqual([])
  })

  it('passes the stream to the next tab, which uses its own credentials, after a 401', async () => {
    const { answer } = server
    server.answer = (response, request) =>
      request.headers['x-tab'] === 'expired' && isExpired
        ? response.writeHead(401).end()
        : answer(response, request)
    let isExpired = false
    const expired = await openTab({ tab: 'expired' })
    await isOpen(expired)
    history.emit()
    await has(expired, [1])
    const valid = await openTab({ tab: 'valid' })
    await isOpen(valid)
    history.emit()
    await has(valid, [2])
    await server.until(() => server.open.size === 1)
    isExpired = true
    for (const { response } of server.open) response.destroy()
    await server.until(() => [...server.open].some(({ headers }) => headers['x-tab'] === 'valid'))
    history.emit()
    await has(valid, [2, 3])
  })

  it('reports a failure of the server to all tabs, which send one request for each attempt', async () => {
    const tabs = [await openTab(), await openTab(), await openTab()]
    for (const tab of tabs) await isOpen(tab)
    history.emit()
    await server.until(() => server.open.size === 1)
    const { answer } = server
    let isDown = true
    const before = server.requests.length
    server.answer = (response, request) =>
      isDown ? response.writeHead(503).end() : answer(response, request)
    for (const { response } of server.open) response.destroy()
    for (const tab of tabs) await tab.waitForFunction(() => api.errors.length > 1)
    const attempts = server.requests.length - before
    isDown = false
    for (const tab of tabs) await isOpen(tab)
    history.emit()
    for (const tab of tabs) await tab.waitForFunction(() => api.numbers.at(-1) === 2)
    const failures = await Promise.all(tabs.map((tab) => tab.evaluate(() => api.errors.length)))
    expect(attempts).toBeLessThan(failures.reduce((sum, one) => sum + one, 0))
  })

  it('ends sharing at an event without an id, and each tab continues by itself', async () => {
    const tabs = [await openTab(), await openTab()]
    for (const tab of tabs) await isOpen(tab)
    await server.until(() => server.open.size === 1)
    server.send('event: counted\ndata: {"n":0}\n\n')
    await server.until(() => server.open.size === 2)
    history.emit()
    for (const tab of tabs) await has(tab, [0, 1])
  })

  it('ends sharing although a tab may have the lock of the leader before the event', async () => {
    const leader = await openTab()
    await isOpen(leader)
    const other = await context.newPage()
    await other.addInitScript(() => {
      globalThis.BroadcastChannel = class extends BroadcastChannel {
        override set onmessage(listener: (event: MessageEvent) => void) {
          super.onmessage = (event: MessageEvent): void => void setTimeout(listener, 300, event)
        }
      }
    })
    await other.goto(`${server.url}/?`)
    await isOpen(other)
    await server.until(() => server.open.size === 1)
    server.send('event: counted\ndata: {"n":0}\n\n')
    await server.until(() => server.open.size === 2)
    history.emit()
    for (const tab of [leader, other]) await has(tab, [0, 1])
    // The lock is free for a tab that opens later.
    const next = await openTab()
    await isOpen(next)
  })

  it('passes events between tabs of different builds, each of which decodes and validates for itself', async () => {
    const first = await openTab()
    await isOpen(first)
    history.emit()
    await has(first, [1])
    const later = await openTab({}, 'later.html')
    await isOpen(later)
    history.emit()
    for (const tab of [first, later]) await tab.waitForFunction(() => api.numbers.at(-1) === 2)
    await server.until(() => server.open.size === 1)
    const invalid = expect.stringContaining('100')
    history.last = 100
    history.emit()
    await has(first, [1, 2, 101])
    await later.waitForFunction(() => api.errors.length === 1)
    // The tab for which an event is invalid passes it on.
    await first.close()
    await server.until(() => server.open.size === 1)
    const next = await openTab()
    await isOpen(next)
    await server.until(() => server.open.size === 1)
    history.emit()
    await has(next, [102])
    await later.waitForFunction(() => api.errors.length === 2)
    expect(await later.evaluate(() => api.errors)).toEqual([invalid, invalid])
    await has(later, [2])
  })

  it('shares nothing with a build whose messages between tabs differ', async () => {
    const first = await openTab()
    await isOpen(first)
    const other = await openTab({}, 'other.html')
    await isOpen(other)
    history.emit()
    for (const tab of [first, other]) await has(tab, [1])
    expect(server.open.size).toBe(2)
  })

  it('passes gaps and snapshots to each tab', async () => {
    const tabs = [await openTab(), await openTab()]
    for (const tab of tabs) await isOpen(tab)
    await server.until(() => server.open.size === 1)
    server.send(': gap\n\n' + counted(1))
    const snapshot = (n: number): string =>
      `${SNAPSHOT_COMMENT}event: counted\ndata: {"n":${n}}\n\n`
    server.send(`${snapshot(7)}id: 1b\n\n${counted(2)}`)
    for (const tab of tabs) await has(tab, ['gap', 1, 'gap', 7, 2])
    // The position of a hub without events is empty.
    server.send(`${snapshot(8)}id: \n\n`)
    for (const tab of tabs) await has(tab, ['gap', 1, 'gap', 7, 2, 'gap', 8])
    server.send(counted(3))
    for (const tab of tabs) await has(tab, ['gap', 1, 'gap', 7, 2, 'gap', 8, 3])
    expect(server.open.size).toBe(1)
  })

  it('replaces an unresponsive leader', async () => {
    const first = await openTab()
    await isOpen(first)
    history.emit()
    const second = await openTab()
    await isOpen(second)
    history.emit()
    await has(second, [2])
    await server.until(() => server.open.size === 1)
    // A page that runs a script does not process messages, and keeps its lock.
    const hanging = first.evaluate(() => {
      const end = Date.now() + 12_000
      while (Date.now() < end);
    })
    history.emit()
    await has(second, [2, 3])
    await hanging
    history.emit()
    await has(first, [1, 2, 3, 4])
    await has(second, [2, 3, 4])
    await server.until(() => server.open.size === 1)
  })

  it('shares again when a page is restored from the back/forward cache', async () => {
    const other = await openTab()
    const page = await openTab()
    for (const tab of [other, page]) await isOpen(tab)
    history.emit()
    for (const tab of [other, page]) await has(tab, [1])
    // The cache of a browser that a test controls is off, so the test dispatches the events.
    const dispatch = (type: string): Promise<unknown> =>
      other.evaluate(
        (name) => dispatchEvent(new PageTransitionEvent(name, { persisted: true })),
        type,
      )
    await dispatch('pagehide')
    const locks = await page.evaluate(async () => (await navigator.locks.query()).pending)
    expect(locks).toEqual([])
    history.emit()
    await has(page, [1, 2])
    expect(await numbersOf(other)).toEqual([1])
    await dispatch('pageshow')
    history.emit()
    for (const tab of [other, page]) await has(tab, [1, 2, 3])
    await server.until(() => server.open.size === 1)
  })

  it.each([
    [
      'Web Locks',
      'navigator.locks',
      () => Object.defineProperty(navigator, 'locks', { value: undefined }),
    ],
    [
      'BroadcastChannel',
      'BroadcastChannel',
      () => Object.defineProperty(globalThis, 'BroadcastChannel', { value: undefined }),
    ],
  ])('gives each tab a connection of its own without %s', async (_title, _name, remove) => {
    await context.addInitScript(remove)
    const tabs = [await openTab(), await openTab()]
    for (const tab of tabs) await isOpen(tab)
    expect(server.open.size).toBe(2)
    history.emit()
    for (const tab of tabs) await has(tab, [1])
  })

  it('continues in the other tabs without an event lost or repeated, however the leader ends', async () => {
    const random = seededRandom(20_260_817)
    interface Tab {
      readonly name: string
      readonly page: Page
      readonly session: CDPSession
      isFrozen: boolean
    }
    const tabs = new Map<string, Tab>()
    let opened = 0
    let checked = 0
    const open = async (): Promise<void> => {
      const name = String(++opened)
      const page = await openTab({ tab: name, mode: pick(random, ['listen', 'stream', 'store']) })
      tabs.set(name, { name, page, session: await context.newCDPSession(page), isFrozen: false })
      page.on('crash', () => tabs.delete(name))
      await isOpen(page)
    }
    // A browser freezes hidden pages only, and all pages of this one are visible, so the test dispatches the events.
    const setState = (tab: Tab, state: 'frozen' | 'active'): Promise<unknown> => {
      tab.isFrozen = state === 'frozen'
      return tab.page.evaluate(
        (type) => document.dispatchEvent(new Event(type)),
        tab.isFrozen ? 'freeze' : 'resume',
      )
    }
    /** Each event from the first of this tab on. */
    const check = async ({ page, name }: Tab): Promise<void> => {
      const numbers = (await numbersOf(page)) as number[]
      const [first = 1] = numbers
      expect({ name, numbers }).toEqual({ name, numbers: numbers.map((_, index) => first + index) })
      expect(await page.evaluate(() => api.errors)).toEqual([])
      checked += numbers.length
    }
    let ofLeader = 0
    const emitting = setInterval(() => history.emit(), 10)

    for (let n = 0; n < 10; n++) await open()
    for (let step = 0; step < 200; step++) {
      // With one connection, its tab is the leader. At other times some tabs catch up, or have no leader yet.
      const leaderOf = (): Tab | undefined => {
        const [request] = server.open
        const found = tabs.get(String(request?.headers['x-tab']))
        return server.open.size === 1 && found?.isFrozen === false ? found : undefined
      }
      if (random() < 0.8) await server.until(leaderOf)
      const leader = leaderOf()
      const tab =
        leader ??
        pick(
          random,
          [...tabs.values()].filter((one) => !one.isFrozen),
        )
      if (tab === leader) ofLeader++
      const action = pick(random, ['close', 'crash', 'freeze'])
      if (action === 'close') {
        await check(tab)
        tabs.delete(tab.name)
        await tab.page.close()
      } else if (action === 'crash') {
        const crashed = tab.page.waitForEvent('crash')
        tab.session.send('Page.crash').catch(() => undefined)
        await crashed
        await tab.page.close()
      } else await setState(tab, 'frozen')
      const frozen = [...tabs.values()].filter((one) => one.isFrozen)
      if (frozen.length > 3) await setState(pick(random, frozen), 'active')
      while (tabs.size < 10) await open()
    }

    for (const tab of tabs.values()) if (tab.isFrozen) await setState(tab, 'active')
    clearInterval(emitting)
    history.emit()
    for (const { page } of tabs.values()) {
      await page.waitForFunction((last) => api.numbers.at(-1) === last, history.last)
    }
    for (const tab of tabs.values()) await check(tab)
    expect(ofLeader).toBeGreaterThanOrEqual(150)
    expect(checked).toBeGreaterThan(history.last)
    process.stdout.write(
      `sharing: ${server.requests.length} requests of ${opened} tabs, ${server.mostOpen} at most at one time\n`,
    )
    history.emit()
    await server.until(() => server.open.size === 1)
  }, 300_000)
})

import { describeChromium, launchChromium } from '../support/chromium'
import type { Browser, Page } from 'playwright-core'
import { scratchFolder } from '../support/folder'
import { bundleApp, compileApp, generateCounters, openPage, pageFiles } from './support/pages'
import { counted, openStream, startServer, type UiServer } from './support/server'

/** The page of these tests. `window.show` renders components, each with its own call of the hook. */
const APP = `
import { QueryClient, QueryObserver } from '@tanstack/query-core'
import { StrictMode } from 'react'
import { flushSync } from 'react-dom'
import { createRoot, type Root } from 'react-dom/client'
import { countersIdQueryOptions, useChat, useCountersId } from './channels/event_source_react'
import type { CountersIdSnapshot } from './channels/event_source_store'
import type { StoreEvent } from './runtime/store'
import type { CountersIdEvents } from './channels/event_source_client'

interface View {
  id: string
  components: number
  token?: string
  inline?: boolean
  enabled?: boolean
  pauseWhenHidden?: number
}
type Sum = { count: number; last: number }

const client = new QueryClient()
let stopQuery = (): void => undefined

const renders: Record<string, number> = {}
const errors: string[] = []

function add(sum: Sum, event: StoreEvent<CountersIdEvents>): Sum {
  return event.type === 'counted' ? { count: sum.count + 1, last: event.payload.n } : sum
}

function Counter({ name, view }: { name: string; view: View }) {
  const { id, token, inline, enabled, pauseWhenHidden } = view
  const snapshot: CountersIdSnapshot<Sum> = useCountersId(
    { id },
    {
      initial: { count: 0, last: 0 },
      reduce: inline ? (sum, event) => add(sum, event) : add,
      reconnect: { initialDelay: 50 },
      headers: () => ({ 'X-Token': String(token) }),
      onError: (error) => errors.push(String(error)),
      ...(enabled !== undefined && { enabled }),
      ...(pauseWhenHidden !== undefined && { pauseWhenHidden }),
    },
  )
  renders[name] = (renders[name] ?? 0) + 1
  const { status, data, error, gaps, event } = snapshot
  return <p id={name}>{[status, data.count, data.last, gaps, event?.type, error?.code].join(' ')}</p>
}

let chat: Pick<ReturnType<typeof useChat>, 'send' | 'stop'> | undefined
function Chat() {
  const { status, data, error, send, stop } = useChat({
    initial: 0,
    reduce: (sum: number, event) => sum + event.payload.n,
  })
  chat = { send, stop }
  return <p id="chat">{[status, data, error?.code].join(' ')}</p>
}

let root: Root | undefined
const api = {
  renders,
  errors,
  frames: 0,
  show(view: View | null, strict = false) {
    root ??= createRoot(document.getElementById('root')!)
    const names = view === null ? [] : Array.from({ length: view.components }, (_, n) => 'c' + n)
    const list = names.map((name) => <Counter key={name} name={name} view={view!} />)
    flushSync(() => root!.render(strict ? <StrictMode>{list}</StrictMode> : list))
  },
  showChat() {
    root ??= createRoot(document.getElementById('root')!)
    flushSync(() => root!.render(<StrictMode><Chat /></StrictMode>))
  },
  ask: (text: string) => chat?.send({ text }),
  stopChat: () => chat?.stop(),
  countFrames() {
    api.frames++
    requestAnimationFrame(api.countFrames)
  },
  query() {
    const options = countersIdQueryOptions({ id: 'q' }, { initial: 0, reduce: (sum) => sum + 1 })
    const observer = new QueryObserver(client, options)
    stopQuery = observer.subscribe(({ status, data, fetchStatus, error }) => {
      const sum: number | undefined = data
      document.getElementById('root')!.innerHTML =
        '<p id="query">' + [status, fetchStatus, sum, error?.message].join(' ') + '</p>'
    })
  },
  stopQuery: () => stopQuery(),
}
Object.assign(globalThis, { api })
`

/** The global object of the page, as the tests use it. */
interface Api {
  readonly renders: Record<string, number>
  readonly errors: string[]
  frames: number
  show(view: object | null, strict?: boolean): void
  countFrames(): void
  query(): void
  showChat(): void
  ask(text: string): void
  stopChat(): void
  stopQuery(): void
}
declare const api: Api

describeChromium('hooks of React in Chromium', () => {
  let browser: Browser
  let server: UiServer
  let page: Page
  let files: Record<string, string>
  let script = ''
  const problems: string[] = []

  beforeAll(async () => {
    const folder = scratchFolder()
    files = await generateCounters(folder, { ui: 'react' })
    script = await bundleApp(folder, APP)
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  beforeEach(async () => {
    server = await startServer()
    server.files = pageFiles(script)
    page = await openPage(browser, server.url, problems)
  })
  afterEach(async () => {
    await page.close()
    await server.close()
    expect(problems.splice(0)).toEqual([])
  })

  const show = (view: object | null, strict = false): Promise<void> =>
    page.evaluate(([shown, isStrict]) => api.show(shown, isStrict), [view, strict] as const)
  /** Waits until a component shows this text. */
  const shows = (name: string, text: string): Promise<void> =>
    page.locator(`#${name}`, { hasText: new RegExp(`^${text}$`) }).waitFor()

  it('compile under the strict flags', () => {
    expect(compileApp(files, APP)).toEqual([])
  })

  it('show the events, and close the connection after the component is unmounted', async () => {
    server.answer = () => undefined
    await show({ id: 'a', components: 1 })
    await server.until(() => server.requests.length === 1)
    await shows('c0', 'connecting 0 0 0  ')
    for (const { response } of server.open) openStream(response)
    await shows('c0', 'open 0 0 0  ')
    server.send(counted(7))
    await shows('c0', 'open 1 7 0 counted ')
    await show(null)
    await server.until(() => server.open.size === 0)
    expect(server.requests.map(({ url }) => url)).toEqual(['/counters/a'])
  })

  it('open one connection for many components, also under StrictMode', async () => {
    await show({ id: 'a', components: 20 }, true)
    await shows('c19', 'open 0 0 0  ')
    server.send(counted(1))
    for (const name of ['c0', 'c10', 'c19']) await shows(name, 'open 1 1 0 counted ')
    expect(server.requests).toHaveLength(1)
  })

  it('give a component that is mounted later the data of the others', async () => {
    await show({ id: 'a', components: 1 })
    await shows('c0', 'open 0 0 0  ')
    server.send(counted(1) + counted(2))
    await shows('c0', 'open 2 2 0 counted ')
    await show({ id: 'a', components: 2 })
    await shows('c1', 'open 2 2 0 counted ')
    server.send(counted(3))
    await shows('c0', 'open 3 3 0 counted ')
    await shows('c1', 'open 3 3 0 counted ')
    expect(server.requests).toHaveLength(1)
  })

  it('keep the connection of a component that is mounted again at once', async () => {
    await show({ id: 'a', components: 1 })
    await shows('c0', 'open 0 0 0  ')
    server.send(counted(1))
    await shows('c0', 'open 1 1 0 counted ')
    await show(null)
    await show({ id: 'a', components: 1 })
    await shows('c0', 'open 1 1 0 counted ')
    expect(server.requests).toHaveLength(1)
  })

  it('follow parameters that change', async () => {
    await show({ id: 'a', components: 1 })
    await shows('c0', 'open 0 0 0  ')
    server.send(counted(1))
    await shows('c0', 'open 1 1 0 counted ')
    await show({ id: 'b', components: 1 })
    await shows('c0', 'open 0 0 0  ')
    server.send(counted(5), '/counters/b')
    await shows('c0', 'open 1 5 0 counted ')
    await server.until(() => server.open.size === 1)
    expect([...server.open].map(({ url }) => url)).toEqual(['/counters/b'])
  })

  it('do not reconnect for functions that are written inline, and call the latest', async () => {
    await show({ id: 'a', components: 1, token: 'first', inline: true })
    await shows('c0', 'open 0 0 0  ')
    await show({ id: 'a', components: 1, token: 'second', inline: true })
    server.send(counted(1))
    await shows('c0', 'open 1 1 0 counted ')
    expect(server.requests.map(({ headers }) => headers['x-token'])).toEqual(['first'])
    for (const { response } of server.open) response.destroy()
    await server.until(() => server.requests.length === 2)
    const again = server.requests[1]?.headers
    expect([again?.['x-token'], again?.['last-event-id']]).toEqual(['second', '1'])
  })

  it('show that the stream broke, and that it continues', async () => {
    await show({ id: 'a', components: 1 })
    await shows('c0', 'open 0 0 0  ')
    server.send(counted(1))
    await shows('c0', 'open 1 1 0 counted ')
    let isDown = true
    server.answer = (response) => (isDown ? response.writeHead(503).end() : openStream(response))
    for (const { response } of server.open) response.destroy()
    await shows('c0', 'reconnecting 1 1 0 counted status')
    isDown = false
    await shows('c0', 'open 1 1 0 counted ')
  })

  it('show the error that closed the stream', async () => {
    server.answer = (response) => response.writeHead(403).end()
    await show({ id: 'a', components: 1 })
    await shows('c0', 'closed 0 0 0  status')
    expect(await page.evaluate(() => api.errors)).toHaveLength(1)
  })

  it('keep the stream and the data after an event that is invalid', async () => {
    await show({ id: 'a', components: 1 })
    await shows('c0', 'open 0 0 0  ')
    server.send(counted(1) + 'event: counted\ndata: {"n":"x"}\n\n')
    await shows('c0', 'open 1 1 0 counted validation')
    server.send(counted(2))
    await shows('c0', 'open 2 2 0 counted ')
  })

  it('count the gaps', async () => {
    server.answer = (response) => openStream(response, { 'EventSource-Gap': '1' })
    await show({ id: 'a', components: 2 })
    await shows('c0', 'open 0 0 1  ')
    await shows('c1', 'open 0 0 1  ')
  })

  it('do not connect while `enabled` is false', async () => {
    await show({ id: 'a', components: 1, enabled: false })
    await shows('c0', 'closed 0 0 0  ')
    await show({ id: 'a', components: 1, enabled: true })
    await shows('c0', 'open 0 0 0  ')
    expect(server.requests).toHaveLength(1)
  })

  it('render at most once a frame, at 10 000 events a second', async () => {
    await show({ id: 'a', components: 1 })
    await shows('c0', 'open 0 0 0  ')
    await page.evaluate(() => api.countFrames())
    const before = await page.evaluate(() => ({
      frames: api.frames,
      renders: api.renders['c0'] ?? 0,
    }))
    await server.burst()
    await shows('c0', 'open 20000 20000 0 counted ')
    const after = await page.evaluate(() => ({
      frames: api.frames,
      renders: api.renders['c0'] ?? 0,
    }))
    const renders = after.renders - before.renders
    expect(renders).toBeGreaterThan(1)
    expect(renders).toBeLessThanOrEqual(after.frames - before.frames + 1)
  })

  it('give TanStack Query a query that follows the stream until its last observer', async () => {
    await page.evaluate(() => api.query())
    await server.until(() => server.open.size === 1)
    server.send(counted(1) + counted(2))
    await shows('query', 'success fetching 2 ')
    for (const { response } of server.open) response.destroy()
    await server.until(() => server.requests.length === 2)
    expect(server.requests[1]?.headers['last-event-id']).toBe('2')
    server.send(counted(3))
    await shows('query', 'success fetching 3 ')
    await page.evaluate(() => api.stopQuery())
    await server.until(() => server.open.size === 0)
  })

  it('give TanStack Query the error that closes the stream, once', async () => {
    server.answer = (response) => response.writeHead(403).end()
    await page.evaluate(() => api.query())
    await shows('query', 'error idle  .+')
    expect(server.requests).toHaveLength(1)
  })

  it('send a request only when `send` is called, once for each body, until `stop`', async () => {
    const bodies: string[] = []
    server.answer = (response, request) => {
      request.on('data', (chunk: Buffer) => bodies.push(String(chunk)))
      request.on('end', () => openStream(response))
    }
    const token = (n: number): string => `event: token\ndata: {"n":${n}}\n\n`
    await page.evaluate(() => api.showChat())
    await shows('chat', 'closed 0 ')
    expect(server.requests).toEqual([])
    await page.evaluate(() => api.ask('first'))
    await shows('chat', 'open 0 ')
    server.send(token(2) + token(3))
    await shows('chat', 'open 5 ')
    await page.evaluate(() => api.ask('second'))
    await shows('chat', 'open 0 ')
    await server.until(() => server.open.size === 1)
    server.send(token(7) + 'data: [DONE]\n\n')
    await shows('chat', 'closed 7 ')
    await server.until(() => server.open.size === 0)
    await page.evaluate(() => api.ask('third'))
    await shows('chat', 'open 0 ')
    await page.evaluate(() => api.stopChat())
    await shows('chat', 'closed 0 ')
    await server.until(() => server.open.size === 0)
    expect(bodies).toEqual(['{"text":"first"}', '{"text":"second"}', '{"text":"third"}'])
  })

  it('close the connection of a hidden page, and continue when it is shown', async () => {
    await show({ id: 'a', components: 1, pauseWhenHidden: 20 })
    await shows('c0', 'open 0 0 0  ')
    server.send(counted(1))
    await shows('c0', 'open 1 1 0 counted ')
    const setHidden = (hidden: boolean): Promise<void> =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { value, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }, hidden)
    await setHidden(true)
    await server.until(() => server.open.size === 0)
    await shows('c0', 'reconnecting 1 1 0 counted ')
    await setHidden(false)
    await server.until(() => server.open.size === 1)
    expect(server.requests[1]?.headers['last-event-id']).toBe('1')
    server.send(counted(2))
    await shows('c0', 'open 2 2 0 counted ')
  })
})

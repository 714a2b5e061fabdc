import { getEventListeners } from 'node:events'
import { batch } from '../../../runtime/client/batch'
import { listen, type ClientOptions } from '../../../runtime/fetch-client'
import type { StreamSource } from '../../../runtime/client/shared-connection'
import {
  createRequestStore,
  createStore,
  type PersistOptions,
  type StoreEvent,
} from '../../../runtime/store'
import { deferred } from '../server/support/host'
import { requestedTicks, ticks, type Tick } from './support/channels'
import { serve, streaming, type TestServer } from './support/server'

describe('a store', () => {
  it('notifies once of its end, also if the listener closes it', async () => {
    const store = createStore(jest.fn(), null, {})
    const listener = jest.fn(() => store.close())
    store.subscribe(listener)
    store.close()
    for (let n = 0; n < 3; n++) await new Promise<void>(batch)
    expect(listener).toHaveBeenCalledTimes(1)
    expect(store.getSnapshot().status).toBe('closed')
  })
})

describe('a store of a page that is opened in the background', () => {
  const page = globalThis as { location?: object; document?: object }
  afterEach(() => {
    delete page.location
    delete page.document
  })

  it('closes its connection after `pauseWhenHidden`, and opens it when the page is shown', async () => {
    const document = Object.assign(new EventTarget(), { hidden: true })
    page.location = { origin: 'http://page.example' }
    page.document = document
    const server = await serve(streaming('id: 1\ndata: {"n":1}\n\n'))
    const source: StreamSource<Ticks, null, ClientOptions> = (callback, parameters, options) =>
      listen(ticks, callback, parameters, options)
    const store = createStore<Ticks, null, ClientOptions, unknown>(source, null, {
      baseUrl: server.url,
      pauseWhenHidden: 100,
    })
    store.subscribe(() => undefined)
    await server.request(0)
    await server.idle()
    document.hidden = false
    document.dispatchEvent(new Event('visibilitychange'))
    expect((await server.request(1)).headers['last-event-id']).toBe('1')
    store.close()
    await server.close()
  })
})

type Ticks = { tick: Tick | null }

describe('a store of requests', () => {
  const page = globalThis as { location?: object }
  let server: TestServer
  let respond: () => void

  beforeEach(async () => {
    // A store connects in pages only.
    page.location = { origin: 'http://page.example' }
    server = await serve((res) => {
      respond = () => {
        res.writeHead(200, { 'Content-Type': 'text/event-stream' }).end('data: {"n":1}\n\n')
      }
    })
  })
  afterEach(async () => {
    delete page.location
    await server.close()
  })

  function makeStore(
    options: ClientOptions & PersistOptions = {},
    parameters: Readonly<Record<string, string>> | null = null,
  ) {
    type Input = typeof parameters
    const source: StreamSource<Ticks, Input, ClientOptions & { readonly body: unknown }> = (
      callback,
      _parameters,
      options,
    ) => listen(requestedTicks, callback, null, options)
    return createRequestStore<Ticks, Input, ClientOptions, number, unknown>(source, parameters, {
      baseUrl: server.url,
      initial: 0,
      reduce: (sum: number, { payload }: StoreEvent<Ticks>) => sum + Number(payload?.n),
      ...options,
    })
  }

  it('is connecting with the initial data from `send` until the response, each time', async () => {
    const store = makeStore()
    let changed = deferred()
    store.subscribe(() => changed.resolve())
    const next = async (status: string): Promise<unknown> => {
      while (store.getSnapshot().status !== status) {
        changed = deferred()
        await changed.promise
      }
      return store.getSnapshot().data
    }
    for (let request = 0; request < 2; request++) {
      store.send({})
      expect(await next('connecting')).toBe(0)
      await server.request(request)
      respond()
      expect(await next('closed')).toBe(1)
    }
  })

  it('leaves no listener at its signal when it stops', () => {
    const { signal } = new AbortController()
    for (let n = 0; n < 3; n++) {
      const store = makeStore({ signal })
      store.send({})
      expect(getEventListeners(signal, 'abort').length).toBeGreaterThan(0)
      store.stop()
    }
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('continues a saved run only with the parameters of the run', async () => {
    const run = await serve((res, { method }) => {
      const isNew = method === 'POST'
      res.writeHead(isNew ? 201 : 200, {
        'Content-Type': 'text/event-stream',
        ...(isNew && { Location: '/runs/7' }),
      })
      res.write('id: 1\ndata: {"n":1}\n\n')
    })
    const items = new Map<string, string>()
    const isSaved = deferred()
    const storage = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, text: string) => {
        items.set(key, text)
        isSaved.resolve()
      },
      removeItem: (key: string) => void items.delete(key),
    }
    const [store, otherRoom, sameRoom] = ['a', 'b', 'a'].map((room) =>
      makeStore({ baseUrl: run.url, persist: 'run', storage }, { room }),
    )
    store?.send({})
    await isSaved.promise
    otherRoom?.subscribe(() => undefined)
    sameRoom?.subscribe(() => undefined)
    await run.request(1)
    expect(run.requests.map(({ url }) => url)).toEqual(['/ticks', '/runs/7'])
    expect(otherRoom?.getSnapshot().status).toBe('closed')
    for (const each of [store, otherRoom, sameRoom]) each?.close()
    await run.close()
  })

  it('works though its storage and `onError` throw', async () => {
    const reports = jest.spyOn(console, 'error').mockImplementation(() => undefined)
    const fail = (message: string) => (): never => {
      throw new Error(message)
    }
    const denied = fail('denied')
    const store = makeStore({
      persist: 'run',
      storage: { getItem: denied, setItem: denied, removeItem: denied },
      onError: fail('onError'),
    })
    store.subscribe(() => undefined)
    store.send({})
    await new Promise<void>(batch)
    expect(store.getSnapshot().status).toBe('connecting')
    store.close()
    expect(reports.mock.calls).toEqual([[new Error('onError')], [new Error('onError')]])
    reports.mockRestore()
  })
})

describe('stores that share a connection', () => {
  const page = globalThis as { location?: object }
  beforeEach(() => {
    page.location = { origin: 'http://page.example' }
  })
  afterEach(() => {
    delete page.location
  })

  const source: StreamSource<Ticks, null, ClientOptions> = (callback, parameters, options) =>
    listen(ticks, callback, parameters, options)

  it('each have their own `onUnknownEvent`', async () => {
    const server = await serve(streaming('event: other\ndata: 1\n\ndata: {"n":1}\n\n'))
    const unknown = jest.fn()
    const stores = [{ onUnknownEvent: unknown }, {}].map((options) =>
      createStore<Ticks, null, ClientOptions, unknown>(source, null, {
        baseUrl: server.url,
        ...options,
      }),
    )
    const hasEvent = deferred()
    for (const store of stores) {
      store.subscribe(() => store.getSnapshot().event !== undefined && hasEvent.resolve())
    }
    await hasEvent.promise
    expect(unknown).toHaveBeenCalledWith({ type: 'other', data: '1', id: '' })
    for (const store of stores) store.close()
    await server.close()
  })

  it('call no function of a store that has left', async () => {
    const server = await serve(streaming('data: {"n":1}\n\n'))
    const [first, second] = ['first', 'second'].map((name) => {
      const store = createStore<Ticks, null, ClientOptions, unknown>(source, null, {
        baseUrl: server.url,
        headers: () => ({ 'X-Store': name }),
        reconnect: { initialDelay: 0 },
      })
      store.subscribe(() => undefined)
      return store
    })
    const { socket } = await server.request(0)
    second?.close()
    socket.destroy()
    expect((await server.request(1)).headers['x-store']).toBe('first')
    first?.close()
    await server.close()
  })
})

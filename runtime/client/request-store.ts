import { batch } from './batch'
import { createCallbackRunner } from './callbacks'
import {
  openConnection,
  type ConnectionMember,
  type SharedConnection,
  type StreamSource,
} from './shared-connection'
import {
  buildStore,
  isServer,
  type Connect,
  type Reduction,
  type Snapshot,
  type Store,
} from './store'
import { storeKey } from './store-options'
import type { CommonOptions, ConnectionState, Details, ResumePoint, Subscription } from './types'

/** A store of a request stream. It sends nothing by itself: only `send` starts a stream. */
export interface RequestStore<Events, Data, Body> extends Store<Events, Data> {
  /** Sends a request and restarts from `initial`. The stream of the previous request is closed. */
  send(this: void, body: Body): void
  /** Closes the stream; the data remains. */
  stop(this: void): void
}

/** Options that keep a run across a reload of the page. */
export interface PersistOptions {
  /**
   * Key of an item in which the store saves its run: URL, parameters, position and data, which must be JSON. Another store
   * with the same key and the same parameters, in a page that was reloaded, continues the run. The item is removed when the
   * run ends, and by `stop`. Default: the run is not saved.
   */
  persist?: string
  /** Where the run is saved. Default: `sessionStorage`, which belongs to one tab. */
  storage?: RunStorage
}

type RunStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

interface SavedRun<Data> extends ResumePoint {
  /** Key of the parameters. */
  readonly parameters: string
  readonly data?: Data
}

/**
 * Creates a store of a request stream. Its status is `closed` before the first request, and after the stream ended. The
 * stream is closed one second after the last listener is removed.
 */
export function createRequestStore<Events, Input, Options extends CommonOptions, Data, Body>(
  source: StreamSource<Events, Input, Options & { body: Body }>,
  parameters: Input,
  options: Options & Reduction<Events, Data> & PersistOptions,
): RequestStore<Events, Data, Body> {
  const { store, start, stop } = buildStore(options)
  const { subscribe } = store
  const accessStorage = createStorageAccess(options)
  const ownParameters = storeKey(parameters, {})
  let subscription: Subscription | undefined
  let state: Partial<Snapshot<Events, Data>> = {}
  let lastEventId = ''

  function save(): void {
    const location = subscription?.location
    if (location === undefined) return
    const { event, data } = state
    lastEventId = event?.id ?? lastEventId
    accessStorage((storage, key) =>
      storage.setItem(
        key,
        JSON.stringify({ location, parameters: ownParameters, lastEventId, data }),
      ),
    )
  }

  function removeSavedRun(): void {
    subscription = undefined
    accessStorage((storage, key) => storage.removeItem(key))
  }

  function connect(
    member: ConnectionMember<Events>,
    all: Options & { body: Body },
  ): SharedConnection<Events> {
    if (options.persist === undefined) return openConnection(source, parameters, all, member)
    const onChange = (): void => {
      state = member.state
      batch(save)
    }
    const observer = observe(member, onChange, removeSavedRun)
    const open: typeof source = (...parameters) => (subscription = source(...parameters))
    const connection = openConnection(open, parameters, all, observer)
    return {
      setOptions: connection.setOptions,
      leave() {
        subscription = undefined
        connection.leave(observer)
      },
    }
  }

  function startWith(request: { body: Body } | { resume: ResumePoint }): Connect<Events, Data> {
    // A resumed run has no body.
    return (latest, member) =>
      connect(member, { ...options, ...latest, ...request } as unknown as Options & { body: Body })
  }

  function resume(text: string): void {
    const { data, parameters, ...point } = JSON.parse(text) as SavedRun<Data>
    // The run of another conversation, for example.
    if (parameters !== ownParameters) return
    lastEventId = point.lastEventId ?? ''
    start((latest, member) => {
      member.restore({ data })
      return startWith({ resume: point })(latest, member)
    })
  }

  return Object.assign(store, {
    subscribe(listener: () => void) {
      if (!subscription) {
        accessStorage((storage, key) => {
          const text = storage.getItem(key)
          if (text !== null) resume(text)
        })
      }
      return subscribe(listener)
    },
    send(body: Body) {
      removeSavedRun()
      lastEventId = ''
      start(startWith({ body }))
    },
    stop() {
      removeSavedRun()
      stop()
    },
  })
}

/** Returns a function that accesses the storage of runs. It reports errors: the storage may be full, or denied. */
function createStorageAccess(
  options: PersistOptions & CommonOptions,
): (use: (storage: RunStorage, key: string) => void) => void {
  const callbacks = createCallbackRunner(options)
  return (use) => {
    const { persist } = options
    if (persist === undefined || isServer()) return
    void callbacks.run(() => use(options.storage ?? sessionStorage, persist))
  }
}

/** A member that also reports each change of its state, and its end. */
function observe<Events>(
  member: ConnectionMember<Events>,
  onChange: () => void,
  onClose: () => void,
): ConnectionMember<Events> {
  return Object.assign(Object.create(member) as ConnectionMember<Events>, {
    receive(details: Details<Events>) {
      member.receive(details)
      onChange()
    },
    setStatus(status: ConnectionState) {
      member.setStatus(status)
      onChange()
    },
    notify(...parameters: Parameters<typeof member.notify>) {
      member.notify(...parameters)
      if (parameters[0] === 'onClose') onClose()
    },
  })
}

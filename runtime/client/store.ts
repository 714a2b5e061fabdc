import { batch } from './batch'
import { createCallbackRunner } from './callbacks'
import { makeDisposable } from './disposable'
import type { EventSourceError } from './errors'
import {
  joinConnection,
  type ConnectionMember,
  type SharedConnection,
  type StreamSource,
} from './shared-connection'
import type { CommonOptions, ConnectionState, Details, Gap } from './types'

/** An event of a channel in a store. */
export type StoreEvent<Events> = Exclude<Details<Events>, { type: undefined }>

/** The state of a store at one moment. It is immutable: each notification has a new one. */
export interface Snapshot<Events, Data> {
  /** `reconnecting`: the stream broke, or the page is hidden (`pauseWhenHidden`). `closed` is final. */
  readonly status: ConnectionState
  /** Result of `reduce` for all events; without `reduce`, the payload of the last event. */
  readonly data: Data
  /** The last event. */
  readonly event: StoreEvent<Events> | undefined
  /** The last error; undefined once a connection opens or an event arrives. */
  readonly error: EventSourceError | undefined
  /** Number of times that the server reported lost events. */
  readonly gaps: number
}

/** How a store computes its data. */
export type Reduction<Events, Data> =
  | {
      /** Data before the first event. */
      initial: Data
      /**
       * Returns new data; it must not change the old data. Called for each event; the latest function that was passed is
       * used. A store that starts later copies the data of a store with the same function.
       */
      reduce: (data: Data, event: StoreEvent<Events>) => Data
    }
  | { initial?: undefined; reduce?: undefined }

/** Options of a store in addition to those of its client. */
export type StoreOptions<Events, Data> = Reduction<Events, Data> & {
  /** False: the store does not connect. */
  enabled?: boolean
  /** Stores with different keys do not share a connection. */
  key?: string
}

/** Options of a store whose client can resume a stream. */
export interface PauseOptions {
  /**
   * Time that a page is hidden before it closes its connection, ms. It continues after its last event when it is shown.
   * Requires ids on the events. Default: never.
   */
  pauseWhenHidden?: number
}

/** The events of a channel as state for a user interface. It connects while it has listeners. */
export interface Store<Events, Data> extends Disposable {
  /**
   * Calls a function after each change of the snapshot, at most once per frame.
   * @returns a function that removes the listener. The store closes its connection one second after the last listener is
   * removed, and restarts from `initial` with the next one.
   */
  subscribe(this: void, listener: () => void): () => void
  getSnapshot(this: void): Snapshot<Events, Data>
  /** The snapshot before the first event: a server renders it. */
  getServerSnapshot(this: void): Snapshot<Events, Data>
  /**
   * Replaces all functions among the options (`reduce`, `headers`, `onError`, …): pass all options, because a function that is
   * missing is removed. Other options do not change.
   */
  setOptions(this: void, options: CommonOptions & Reduction<Events, Data>): void
  /** Closes the store permanently. */
  close(this: void): void
}

/** Time that a connection remains open without a listener, ms: a component that is mounted again does not reconnect. */
const CLOSE_DELAY = 1000

/**
 * Creates a store of a channel. Stores of one channel with equal parameters and options share one connection. On a server
 * it never connects. An invalid call returns a closed store with the `error`.
 */
export function createStore<Events, Input, Options extends CommonOptions, Data>(
  source: StreamSource<Events, Input, Options>,
  parameters: Input,
  options: Options & StoreOptions<Events, Data> & PauseOptions,
): Store<Events, Data> {
  return buildStore(options, (latest, member) =>
    joinConnection(source, parameters, { ...options, ...latest }, member),
  ).store
}

/** Connects a store with its latest options. */
export type Connect<Events, Data> = (
  latest: CommonOptions & Reduction<Events, Data>,
  member: ConnectionMember<Events>,
) => SharedConnection<Events>

/** A store, and the functions that start and stop its stream. */
export interface StoreControl<Events, Data> {
  readonly store: Store<Events, Data>
  /** Restarts from `initial` with another connection. */
  start(connect: Connect<Events, Data>): void
  /** Closes the connection; the data remains. */
  stop(): void
}

/** @param connect connects the store when it has listeners; undefined: only `start` connects it */
export function buildStore<Events, Data>(
  options: CommonOptions & StoreOptions<Events, Data>,
  connect?: Connect<Events, Data>,
): StoreControl<Events, Data> {
  const autoConnect = options.enabled === false ? undefined : connect
  const initial: Snapshot<Events, Data> = {
    status: autoConnect ? 'connecting' : 'closed',
    // Without `reduce`, the data is a payload or undefined.
    data: options.initial as Data,
    event: undefined,
    error: undefined,
    gaps: 0,
  }
  const { signal } = options
  const listeners = new Set<() => void>()
  let latest: CommonOptions & Reduction<Events, Data> = options
  let state: { -readonly [K in keyof typeof initial]: (typeof initial)[K] } = { ...initial }
  let snapshot = initial
  let connection: SharedConnection<Events> | undefined
  let leaveTimer: ReturnType<typeof setTimeout> | undefined
  let isClosed = false
  const callbacks = createCallbackRunner({
    onError: (error) => (latest.onError ?? console.error)(error),
  })

  function publish(): void {
    snapshot = { ...state }
    for (const listener of [...listeners]) void callbacks.run(listener)
  }

  const member: ConnectionMember<Events> = {
    get options() {
      return latest
    },
    get state() {
      return state
    },
    get isActive() {
      return listeners.size > 0
    },
    restore(other) {
      Object.assign(state, other)
      snapshot = { ...state }
    },
    receive(details) {
      const { cause } = details
      state.error = cause
      if (cause) member.notify('onError', cause)
      else {
        const event = (state.event = details as StoreEvent<Events>)
        void callbacks.run(() => {
          const { reduce } = latest
          state.data = reduce ? reduce(state.data, event) : (event.payload as Data)
        })
      }
      batch(publish)
    },
    setStatus(status) {
      // A listener may close the store.
      if (state.status === status) return
      state.status = status
      if (status === 'open') state.error = undefined
      batch(publish)
    },
    notify(name, argument) {
      if (name === 'onGap') {
        // The state that follows replaces all data.
        if ((argument as Gap).healed) state.data = initial.data
        else state.gaps++
      }
      batch(publish)
      void callbacks.run(() => latest[name as 'onError']?.(argument))
    },
  }

  function start(open: Connect<Events, Data>): void {
    if (connection) stop()
    if (signal?.aborted) close()
    if (isClosed) return
    signal?.addEventListener('abort', close)
    state = { ...initial, status: 'connecting' }
    // The first subscription changes nothing.
    if (snapshot !== initial || !autoConnect) batch(publish)
    connection = open(latest, member)
  }

  function stop(): void {
    clearTimeout(leaveTimer)
    signal?.removeEventListener('abort', close)
    connection?.leave(member)
    connection = undefined
    member.setStatus('closed')
  }

  function close(): void {
    isClosed = true
    stop()
  }

  const store = {
    subscribe(listener: () => void) {
      const entry = (): void => listener()
      listeners.add(entry)
      clearTimeout(leaveTimer)
      if (autoConnect && !connection && !isServer()) start(autoConnect)
      return () => {
        if (!listeners.delete(entry) || listeners.size > 0 || !connection) return
        leaveTimer = setTimeout(stop, CLOSE_DELAY)
      }
    },
    getSnapshot: () => snapshot,
    getServerSnapshot: () => initial,
    setOptions(next: CommonOptions & Reduction<Events, Data>) {
      latest = next
      connection?.setOptions(next)
    },
    close,
  } as Omit<Store<Events, Data>, typeof Symbol.dispose> as Store<Events, Data>
  makeDisposable(store, 'dispose', close)
  return { store, start, stop }
}

/** Whether there is no user interface. Only pages and their workers have a location. React Native has none, and is not a server. */
export function isServer(): boolean {
  const { location, navigator } = globalThis as {
    readonly location?: object
    readonly navigator?: { readonly product?: string }
  }
  return !location && navigator?.product !== 'ReactNative'
}

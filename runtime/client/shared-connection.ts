import { errorDetails } from './decode'
import type { EventSourceError } from './errors'
import { forwardOptions, storeKey } from './store-options'
import type { CommonOptions, ConnectionState, Details, Listener, Subscription } from './types'

/** A generated `listenFor…` function. Its identity distinguishes channels. */
export type StreamSource<Events, Input, Options> = (
  callback: Listener<Events, unknown>,
  parameters: Input,
  options: Options,
) => Subscription

/** Callbacks that each store of a connection has separately. */
type SharedCallback =
  'onStateChange' | 'onOpen' | 'onGap' | 'onClose' | 'onError' | 'onUnknownEvent'

/** The interface of a store for its connection. */
export interface ConnectionMember<Events> {
  /** The latest options. */
  readonly options: { readonly reduce?: unknown; readonly onUnknownEvent?: unknown }
  readonly state: object
  /** Whether a component currently reads the store. */
  readonly isActive: boolean
  /** Copies the state of another member, or of a connection that it joins late. */
  restore(state: object): void
  receive(details: Details<Events>): void
  setStatus(status: ConnectionState): void
  notify(name: SharedCallback, argument?: unknown): void
}

export interface SharedConnection<Events> {
  /** Replaces the functions among the options. */
  setOptions(options: object): void
  /** Removes a member. The last one closes the connection. */
  leave(member: ConnectionMember<Events>): void
}

interface Connection<Events> extends SharedConnection<Events> {
  status: ConnectionState
  readonly members: Set<ConnectionMember<Events>>
  open(): void
}

/** The parts of `document` that a pause uses. */
interface PageVisibility {
  readonly hidden: boolean
  addEventListener(type: 'visibilitychange', listener: () => void): void
  removeEventListener(type: 'visibilitychange', listener: () => void): void
}

const connections = new WeakMap<object, Map<string, Connection<unknown>>>()

/** Adds a member to the connection for a channel, parameters and options; opens the connection if it does not exist. */
export function joinConnection<Events, Input, Options extends CommonOptions>(
  source: StreamSource<Events, Input, Options>,
  parameters: Input,
  options: Options & { readonly pauseWhenHidden?: number },
  member: ConnectionMember<Events>,
): SharedConnection<Events> {
  const ofSource = connections.get(source) ?? new Map<string, Connection<unknown>>()
  connections.set(source, ofSource)
  const key = storeKey(parameters, options)
  const existing = ofSource.get(key) as Connection<Events> | undefined
  if (existing) {
    const members = [...existing.members]
    const peer = members.find(({ options }) => options.reduce === member.options.reduce)
    // A member with a new reducer does not join a connection whose members are all about to leave: it has missed the first
    // events.
    if (peer || members.some(({ isActive }) => isActive)) {
      member.restore(peer?.state ?? { status: existing.status })
      existing.members.add(member)
      existing.setOptions(options)
      return existing
    }
  }
  const connection = createConnection(source, parameters, options, () => {
    if (ofSource.get(key) === connection) ofSource.delete(key)
  })
  ofSource.set(key, connection as Connection<unknown>)
  connection.members.add(member)
  connection.open()
  return connection
}

/** Opens a connection with one member. */
export function openConnection<Events, Input, Options extends CommonOptions>(
  source: StreamSource<Events, Input, Options>,
  parameters: Input,
  options: Options,
  member: ConnectionMember<Events>,
): SharedConnection<Events> {
  const connection = createConnection(source, parameters, options, () => undefined)
  connection.members.add(member)
  connection.open()
  return connection
}

/** @param onClosed called when the connection is closed permanently */
function createConnection<Events, Input, Options extends CommonOptions>(
  source: StreamSource<Events, Input, Options>,
  parameters: Input,
  options: Options & { readonly pauseWhenHidden?: number },
  onClosed: () => void,
): Connection<Events> {
  const { pauseWhenHidden } = options
  const page = (globalThis as { readonly document?: PageVisibility }).document
  const members = new Set<ConnectionMember<Events>>()
  let latest: object = options
  let subscription: Subscription | undefined
  let isPaused = false
  let pauseTimer: ReturnType<typeof setTimeout> | undefined

  function setStatus(next: ConnectionState): void {
    connection.status = next
    for (const member of members) member.setStatus(next)
    notify('onStateChange', next)
  }

  function notify(name: SharedCallback, argument?: unknown): void {
    for (const member of members) member.notify(name, argument)
  }

  const deliver: Listener<Events, unknown> = (_message, _parameters, _error, details) => {
    for (const member of members) member.receive(details)
  }

  function connect(): void {
    try {
      subscription = source(deliver, parameters, {
        ...forwardOptions(options, () => latest),
        // After a pause.
        ...(subscription && { lastEventId: subscription.lastEventId }),
        // `closed` may be a pause.
        onStateChange: (state: ConnectionState) => state !== 'closed' && setStatus(state),
        onOpen: () => notify('onOpen'),
        onGap: (gap: unknown) => notify('onGap', gap),
        onError: (error: unknown) => notify('onError', error),
        // The client reads it at each event, and warns if no store has it.
        get onUnknownEvent() {
          for (const { options } of members) {
            if (options.onUnknownEvent) return (event: unknown) => notify('onUnknownEvent', event)
          }
          return undefined
        },
        onClose(error?: EventSourceError) {
          if (!isPaused) close(error)
        },
        // The signal of one store does not close the others.
        signal: undefined,
        // The type of the options is that of the channel, like the options that they were created from.
      } as unknown as Options)
    } catch (error) {
      // The call is invalid: parameters or options.
      const cause = error as EventSourceError
      for (const member of members) member.receive(errorDetails('', cause))
      close(cause)
    }
  }

  function close(error?: EventSourceError): void {
    if (connection.status === 'closed') return
    clearTimeout(pauseTimer)
    page?.removeEventListener('visibilitychange', onVisibilityChange)
    onClosed()
    setStatus('closed')
    subscription?.close()
    notify('onClose', error)
  }

  function onVisibilityChange(): void {
    clearTimeout(pauseTimer)
    if (page?.hidden) pauseTimer = setTimeout(pause, pauseWhenHidden)
    else if (isPaused) {
      isPaused = false
      connect()
    }
  }

  function pause(): void {
    isPaused = true
    subscription?.close()
    setStatus('reconnecting')
  }

  const connection: Connection<Events> = {
    members,
    status: 'connecting',
    setOptions(next) {
      latest = next
    },
    leave(member) {
      members.delete(member)
      if (members.size === 0) close()
      // The functions of a component that is unmounted may have old values.
      for (const { options } of members) latest = options
    },
    open() {
      if (pauseWhenHidden !== undefined) {
        page?.addEventListener('visibilitychange', onVisibilityChange)
        // A page may be opened in the background.
        onVisibilityChange()
      }
      connect()
    },
  }
  return connection
}

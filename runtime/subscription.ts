import type { Details, Listener, Subscription } from './client-types'
import { makeDisposable } from './disposable'
import { Feed, type Setup } from './feed'
import { Notice, type Entry } from './inbox'

/** Hands the events of a channel to a callback, one at a time. */
export function subscribe<E, P>(setup: Setup<E, P>, callback: Listener<E, P>): Subscription {
  const { decode, parameters } = setup
  let busy = false

  const feed: Feed<E, P> = new Feed(setup, pump)

  function pump(): void {
    if (busy) return
    busy = true
    for (let entry = feed.inbox.take(); entry !== undefined; entry = feed.inbox.take()) {
      const pending = deliver(entry)
      if (pending !== undefined) {
        void pending.then(() => {
          busy = false
          pump()
        })
        return
      }
    }
    busy = false
  }

  /** A promise only where the user's function gave one: waiting for nothing would cost a turn for each event. */
  function deliver(entry: Entry): Promise<void> | undefined {
    if (entry instanceof Notice) return notify(entry)
    const { id = '' } = entry
    feed.lastEventId = id
    const details = decode(entry)
    return details === null ? undefined : call(details)
  }

  function notify({ kind, id, error }: Notice): Promise<void> | undefined {
    feed.lastEventId = id
    if (kind === 'gap') return feed.gap()
    if (kind === 'end') feed.close()
    if (error === undefined) return undefined
    const pending = call({ type: undefined, payload: null, id, cause: error })
    if (error.retrying) return pending
    if (pending === undefined) feed.close(error)
    return pending?.then(() => feed.close(error))
  }

  function call(details: Details<E>): Promise<void> | undefined {
    try {
      const { payload, cause } = details
      return feed.hooks.settle(callback(payload, parameters, cause?.message, details))
    } catch (error) {
      feed.hooks.error(error)
      return undefined
    }
  }

  const subscription = makeSubscription(feed)
  feed.start()
  return subscription
}

function makeSubscription<E, P>(feed: Feed<E, P>): Subscription {
  const close = (): void => feed.close()
  // A function may have properties of its own; `Object.defineProperties` is not known to the type checker.
  const subscription = close as Subscription & { close(): void }
  Object.defineProperties(subscription, {
    close: { value: close },
    closed: { value: feed.closed },
    readyState: { get: () => feed.readyState },
    lastEventId: { get: () => feed.lastEventId },
  })
  makeDisposable(subscription, 'dispose', close)
  return subscription
}

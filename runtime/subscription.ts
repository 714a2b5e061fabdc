import type { Details, Listener, Subscription } from './client-types'
import { makeDisposable } from './disposable'
import { createFeed, type Feed, type Setup } from './feed'
import type { Entry } from './inbox'

/** Hands the events of a channel to a callback, one at a time. */
export function subscribe<E, P>(setup: Setup<E, P>, callback: Listener<E, P>): Subscription {
  const { decode, parameters } = setup
  let busy = false

  const feed: Feed = createFeed(setup, () => {
    if (!busy) pump()
  })
  const { inbox, source, close } = feed

  function pump(): void {
    busy = true
    for (let entry = inbox.take(); entry !== undefined; entry = inbox.take()) {
      // A promise only where the user's function gave one: waiting for nothing would cost a turn for each event.
      const pending = deliver(entry)
      if (pending !== undefined) {
        void pending.then(pump)
        return
      }
    }
    busy = false
  }

  function deliver(entry: Entry): Promise<void> | undefined {
    const { id = '' } = entry
    feed.lastEventId = id
    if (entry.kind === undefined) {
      const details = decode(entry)
      return details === null ? undefined : call(details)
    }
    const { kind, error } = entry
    if (kind === 'gap') return feed.gap()
    if (kind === 'end') return void close()
    if (error === undefined) return undefined
    const pending = call({ type: undefined, payload: null, id, cause: error })
    if (error.retrying) return pending
    if (pending === undefined) return void close(error)
    return pending.then(() => close(error))
  }

  function call(details: Details<E>): Promise<void> | undefined {
    return feed.hooks.call(() =>
      callback(details.payload, parameters, details.cause?.message, details),
    )
  }

  // A function with properties of its own, which `Object.defineProperties` does not tell the type checker.
  const end = (): void => close()
  const subscription = Object.defineProperties(end, {
    close: { value: end },
    closed: { value: feed.closed },
    readyState: { get: () => source.readyState },
    lastEventId: { get: () => feed.lastEventId },
  }) as Subscription
  makeDisposable(subscription, 'dispose', end)
  feed.start()
  return subscription
}

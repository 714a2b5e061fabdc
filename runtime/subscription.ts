import type { Listener, Subscription } from './client-types'
import { failed } from './decode'
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
    for (let entry = inbox.take(); entry; entry = inbox.take()) {
      // A promise only where the user's function gave one: waiting for nothing would cost a turn for each event.
      const pending = deliver(entry)
      if (pending) {
        void pending.then(pump)
        return
      }
    }
    busy = false
  }

  function deliver(entry: Entry): Promise<void> | undefined {
    const { id = '', kind } = entry
    feed.lastEventId = id
    if (kind === 'gap') return feed.gap()
    if (kind === 'end') close()
    const details = kind ? entry.error && failed(id, entry.error) : decode(entry)
    if (!details) return undefined
    const { payload, cause } = details
    const pending = feed.hooks.call(() => callback(payload, parameters, cause?.message, details))
    return !cause || cause.retrying ? pending : Promise.resolve(pending).then(() => close(cause))
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

import type { ConnectionSharing } from './client/types'
import { joinTabs } from './ui/tab-member'

export type { ConnectionSharing } from './client/types'

export interface ShareOptions {
  /**
   * Identifies the user whose events the connection has, such as a user id. Tabs with different scopes share nothing. Use
   * a fixed text for streams that are the same for all users.
   */
  scope: string
}

/** Version of the messages between tabs. Tabs of different versions share nothing. */
const PROTOCOL = 1

/**
 * The option `share` of a client: one connection for all tabs of this origin that listen to the same URL with the same
 * scope. Each tab has each event once, if every event has an id of its own. Without Web Locks (insecure contexts, other
 * platforms) or ids, each tab has a connection of its own.
 *
 * @throws TypeError if `scope` is empty
 */
export function shareTabs({ scope }: ShareOptions): ConnectionSharing {
  if (!scope)
    throw new TypeError('Option scope of shareTabs is empty; set it to the id of the user')
  return {
    scope,
    share: (send) => async (target, options, lastEventId, signal) => {
      if (!isSupported()) return send(target, options, lastEventId, signal)
      const { withCredentials = false, maxEventBytes = 0x1000000 } = options
      const key = JSON.stringify([PROTOCOL, target.url.href, withCredentials, scope])
      const name = await hash(key)
      signal.throwIfAborted()
      return joinTabs({
        name,
        lastEventId,
        limit: maxEventBytes,
        signal,
        send: (id, ownSignal) => send(target, options, id, ownSignal),
      })
    },
  }
}

/** Only pages share: a worker has no events for its life cycle. */
function isSupported(): boolean {
  const { document, navigator, BroadcastChannel, crypto } = globalThis as {
    readonly document?: object
    readonly navigator?: { readonly locks?: object }
    readonly BroadcastChannel?: unknown
    readonly crypto?: { readonly subtle?: object }
  }
  return !!(document && navigator?.locks && BroadcastChannel && crypto?.subtle)
}

/** All scripts of the origin can read the names of locks, so a name contains neither the URL nor the scope. */
async function hash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
}

import type { EventSourceError } from './errors'
import type { WireEvent } from './event-reader'

/** What the source has to say besides events, in its place among them. */
export interface Notice {
  readonly kind: 'id' | 'gap' | 'error' | 'end'
  readonly id: string
  readonly error?: EventSourceError | undefined
}

export type Entry = (WireEvent & { readonly kind?: never }) | Notice

/** What has arrived and is not delivered yet, in order. */
export interface Inbox {
  push(entry: Entry): void
  /** Tells the consumer that there may be something to take. */
  announce(): void
  take(): Entry | undefined
  /** Resolves once fewer than `limit` entries wait; undefined where that is so already. One caller at a time. */
  room(limit: number): Promise<void> | undefined
  /** Throws away what waits and what still comes. */
  close(): void
}

/** @param onArrival called by `announce` */
export function createInbox(onArrival: () => void): Inbox {
  let entries: Entry[] = []
  let open = true
  let wanted = 0
  let makeRoom: (() => void) | undefined
  return {
    push(entry) {
      if (open) entries.push(entry)
    },
    announce: onArrival,
    take() {
      const entry = entries.shift()
      if (entries.length < wanted) makeRoom?.()
      return entry
    },
    room(limit) {
      if (!open || entries.length < limit) return undefined
      wanted = limit
      return new Promise((resolve) => {
        makeRoom = resolve
      })
    },
    close() {
      open = false
      entries = []
      makeRoom?.()
    },
  }
}

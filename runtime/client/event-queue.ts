import type { EventSourceError } from './errors'

/** A received event. */
export interface WireEvent {
  /** Undefined if the stream has no event name. */
  event?: string | undefined
  data: string
  /** The last event ID as of this event. */
  id?: string | undefined
}

/** A report of a transport that is not an event, in order with the events. */
export interface ControlMessage {
  readonly kind: 'id' | 'gap' | 'snapshot' | 'error' | 'end'
  readonly id: string
  readonly error?: EventSourceError | undefined
}

export type QueueItem = (WireEvent & { readonly kind?: never }) | ControlMessage

/** The received and undelivered items, in order. */
export interface EventQueue {
  push(item: QueueItem): void
  /** Notifies the consumer that the queue may have items. */
  notify(): void
  take(): QueueItem | undefined
  /** Resolves once fewer than `limit` items wait; undefined if fewer wait already. One caller at a time. */
  waitForCapacity(limit: number): Promise<void> | undefined
  /** Discards all items, including future ones. */
  close(): void
}

/** Taken items remain in the array up to this number: `shift` would move the rest at each event. */
const MAX_TAKEN = 1024

/** @param onArrival called by `notify` */
export function createEventQueue(onArrival: () => void): EventQueue {
  let items: QueueItem[] = []
  /** Number of taken items at the start of the array. */
  let taken = 0
  let isOpen = true
  let requestedLimit = 0
  let resolveCapacity: (() => void) | undefined
  return {
    push(item) {
      if (isOpen) items.push(item)
    },
    notify: onArrival,
    take() {
      if (taken === items.length) return undefined
      const item = items[taken++]
      if (taken === items.length || taken === MAX_TAKEN) {
        items = items.slice(taken)
        taken = 0
      }
      if (items.length - taken < requestedLimit) resolveCapacity?.()
      return item
    },
    waitForCapacity(limit) {
      if (!isOpen || items.length - taken < limit) return undefined
      requestedLimit = limit
      return new Promise((resolve) => {
        resolveCapacity = resolve
      })
    },
    close() {
      isOpen = false
      items = []
      taken = 0
      resolveCapacity?.()
    },
  }
}

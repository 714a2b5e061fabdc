import type { EventSourceError } from './errors'

/** A received event. */
export interface WireEvent {
  /** Undefined if the stream has no event name. */
  event?: string | undefined
  data: string
  /** The last event ID as of this event. */
  id: string
  /** The next item of the queue. */
  next?: QueueItem | undefined
}

/** A report of a transport that is not an event, in order with the events. */
export interface ControlMessage {
  readonly kind: 'id' | 'gap' | 'snapshot' | 'error' | 'end'
  readonly id: string
  readonly error?: EventSourceError | undefined
  next?: QueueItem | undefined
}

export type QueueItem = (WireEvent & { readonly kind?: never }) | ControlMessage

/** The received and undelivered items, in order. */
export interface EventQueue {
  push(item: QueueItem): void
  /** Notifies the consumer that the queue may have items. */
  notify(): void
  take(): QueueItem | undefined
  /** Resolves once no more items than the limit wait; undefined if no more wait now. One caller at a time. */
  waitForCapacity(): Promise<void> | undefined
  /** Discards all items, including future ones. */
  close(): void
}

/**
 * @param onArrival called by `notify`
 * @param limit number of items that may wait before the transport pauses
 */
export function createEventQueue(onArrival: () => void, limit = 1000): EventQueue {
  // A linked list, because `shift` of an array moves the rest at each event.
  let first: QueueItem | undefined
  let last: QueueItem | undefined
  let size = 0
  let isOpen = true
  let resolveCapacity: (() => void) | undefined
  return {
    push(item) {
      if (!isOpen) return
      if (last) last.next = item
      else first = item
      last = item
      size++
    },
    notify: onArrival,
    take() {
      const item = first
      if (!item) return undefined
      first = item.next
      // An item that the garbage collector has moved to the old generation would keep all later ones.
      item.next = undefined
      // An empty queue keeps no event in memory.
      last = first && last
      if (--size <= limit) resolveCapacity?.()
      return item
    },
    waitForCapacity() {
      if (size <= limit) return undefined
      return new Promise((resolve) => {
        resolveCapacity = resolve
      })
    },
    close() {
      isOpen = false
      first = last = undefined
      size = 0
      resolveCapacity?.()
    },
  }
}

import type { EventStream, StreamEvent } from './client-types'
import { makeDisposable } from './disposable'
import type { EventSourceError } from './errors'
import { createFeed, type Feed, type Setup } from './feed'

/**
 * The events of a channel as an async iterator. It is written out, since a generator's `return` would wait behind a
 * `next` that is pending.
 *
 * @param open checks the call; it is called at the first `next()`, which rejects with what it throws
 */
export function iterate<E, P>(open: () => Setup<E, P>): EventStream<StreamEvent<E, P>> {
  type Item = StreamEvent<E, P>
  type Result = IteratorResult<Item, undefined>
  const waiting: { resolve(result: Result): void; reject(error: unknown): void }[] = []
  let setup: Setup<E, P> | undefined
  let feed: Feed | undefined
  let ended = false
  let failure: EventSourceError | undefined

  /** The next event that is one, seeing to everything in front of it. */
  function take(): Item | undefined {
    if (feed === undefined || setup === undefined) return undefined
    const { inbox, hooks } = feed
    for (let entry = inbox.take(); entry !== undefined; entry = inbox.take()) {
      const { id = '', kind } = entry
      feed.lastEventId = id
      if (kind === undefined) {
        const details = setup.decode(entry)
        if (details?.cause !== undefined) hooks.error(details.cause)
        else if (details !== null) {
          const { type, payload } = details
          return { type, payload, id, parameters: setup.parameters } as Item
        }
      } else if (kind === 'gap') void feed.gap()
      else if (entry.error?.retrying) hooks.error(entry.error)
      else if (kind !== 'id') feed.close(entry.error)
    }
    return undefined
  }

  /** Answers those who wait, as far as it can. */
  function settle(): void {
    while (waiting.length > 0) {
      const value = take()
      // Taking may end the stream, which asks to settle in between.
      const first = value === undefined && !ended ? undefined : waiting.shift()
      if (first === undefined) return
      const { resolve, reject } = first
      if (value !== undefined) resolve({ value, done: false })
      else if (failure === undefined) resolve({ value: undefined, done: true })
      else reject(failure)
      if (value === undefined) failure = undefined
    }
  }

  function closed(error: EventSourceError | undefined): void {
    ended = true
    failure = error
    settle()
  }

  function end(): Promise<Result> {
    if (feed === undefined) ended = true
    feed?.close()
    failure = undefined
    return Promise.resolve({ value: undefined, done: true })
  }

  const stream = {
    async next(): Promise<Result> {
      if (feed === undefined && !ended) {
        // Only the first call gets here with an error to throw.
        ended = true
        setup = open()
        ended = false
        feed = createFeed(setup, settle, closed)
        feed.start()
      }
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        settle()
      })
    },
    return: end,
    throw: (error?: unknown): Promise<Result> => end().then(() => Promise.reject(error)),
    get lastEventId(): string {
      return feed?.lastEventId ?? ''
    },
    [Symbol.asyncIterator]: () => stream,
  } as Omit<EventStream<Item>, typeof Symbol.asyncDispose> as EventStream<Item>
  makeDisposable(stream, 'asyncDispose', end)
  return stream
}

import type { EventStream, StreamEvent } from './client-types'
import { makeDisposable } from './disposable'
import type { EventSourceError } from './errors'
import { Feed, type Setup } from './feed'
import { Notice } from './inbox'

interface Waiting<T> {
  resolve(result: IteratorResult<T, undefined>): void
  reject(error: unknown): void
}

/**
 * The events of a channel as an async iterator. It is written out, since a generator's `return` would wait behind a
 * `next` that is pending.
 *
 * @param open checks the call; it is called at the first `next()`, which rejects with what it throws
 */
export function iterate<E, P>(open: () => Setup<E, P>): EventStream<StreamEvent<E, P>> {
  type Item = StreamEvent<E, P>
  const waiting: Waiting<Item>[] = []
  let feed: Feed<E, P> | undefined
  let ended = false
  let failure: EventSourceError | undefined

  /** The next event that is one, seeing to everything in front of it. */
  function take(from: Feed<E, P>): Item | undefined {
    const { inbox, hooks, setup } = from
    for (let entry = inbox.take(); entry !== undefined; entry = inbox.take()) {
      const { id = '' } = entry
      from.lastEventId = id
      if (entry instanceof Notice) {
        notice(from, entry)
        continue
      }
      const details = setup.decode(entry)
      if (details === null) continue
      const { type, payload, cause } = details
      if (cause === undefined) return { type, payload, id, parameters: setup.parameters } as Item
      hooks.error(cause)
    }
    return undefined
  }

  function notice(from: Feed<E, P>, { kind, error }: Notice): void {
    if (kind === 'gap') void from.gap()
    else if (error?.retrying === true) from.hooks.error(error)
    else if (kind !== 'id') from.close(error)
  }

  function arrived(): void {
    while (feed !== undefined && waiting.length > 0) {
      const value = take(feed)
      if (value === undefined) return
      waiting.shift()?.resolve({ value, done: false })
    }
  }

  function closed(error: EventSourceError | undefined): void {
    ended = true
    failure = error
    for (const { resolve, reject } of waiting.splice(0)) {
      if (failure === undefined) resolve({ value: undefined, done: true })
      else reject(failure)
      failure = undefined
    }
  }

  function end(): Promise<IteratorResult<Item, undefined>> {
    ended = true
    failure = undefined
    feed?.close()
    return Promise.resolve({ value: undefined, done: true })
  }

  const stream = {
    next(): Promise<IteratorResult<Item, undefined>> {
      if (!ended && feed === undefined) {
        try {
          feed = new Feed(open(), arrived, closed)
          feed.start()
        } catch (error) {
          ended = true
          return Promise.reject(error)
        }
      }
      const value = feed === undefined || waiting.length > 0 ? undefined : take(feed)
      if (value !== undefined) return Promise.resolve({ value, done: false })
      if (failure !== undefined) {
        const error = failure
        failure = undefined
        return Promise.reject(error)
      }
      if (ended) return end()
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    },
    return: end,
    throw: (error?: unknown): Promise<IteratorResult<Item, undefined>> =>
      end().then(() => Promise.reject(error)),
    get lastEventId(): string {
      return feed?.lastEventId ?? ''
    },
    [Symbol.asyncIterator](): EventStream<Item> {
      return result
    },
  }
  const result = stream as unknown as EventStream<Item>
  makeDisposable(result, 'asyncDispose', end)
  return result
}

import { QueryClient, QueryObserver } from '@tanstack/query-core'
import { createStreamQuery, type StreamQuery } from '../../runtime/ui/query'

interface Events {
  counted: number
}
type Item = { type: 'counted'; payload: number; id: string }

it('a query keeps the error that follows its last event at once, and the data', async () => {
  const client = new QueryClient()
  const query = createStreamQuery<Events, number>(
    ['Counters', null, {}],
    async function* (): AsyncGenerator<Item> {
      yield { type: 'counted', payload: 1, id: '' }
      throw new Error('too large')
    },
    {},
  )
  await expect(client.fetchQuery(query)).rejects.toThrow('too large')
  // Longer than a frame, and than the interval of a hidden page.
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(client.getQueryState(query.queryKey)).toMatchObject({
    status: 'error',
    data: 1,
    error: { message: 'too large' },
  })
})

describe('a query without an observer', () => {
  /** A query whose stream sends the number of the streams so far, and then waits for its end. */
  function createCounted(): { opened: string[]; queryOf(id: string): StreamQuery<number> } {
    const opened: string[] = []
    const queryOf = (id: string): StreamQuery<number> =>
      createStreamQuery<Events, number>(
        ['Counters', { id }, {}],
        async function* (signal): AsyncGenerator<Item> {
          yield { type: 'counted', payload: opened.push(id), id: '' }
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
        },
        {},
      )
    return { opened, queryOf }
  }

  const has = async (observer: QueryObserver<number>, data: number): Promise<void> =>
    void (await new Promise<void>((resolve) => {
      const stop = observer.subscribe((result) => {
        if (result.data !== data) return
        queueMicrotask(() => stop())
        resolve()
      })
    }))

  it('opens its stream again for the next observer', async () => {
    const client = new QueryClient()
    const { opened, queryOf } = createCounted()
    await has(new QueryObserver(client, queryOf('a')), 1)
    await new Promise((resolve) => setTimeout(resolve, 20))
    await has(new QueryObserver(client, queryOf('a')), 2)
    expect(opened).toEqual(['a', 'a'])
    client.clear()
  })

  it('opens its stream again if an observer returns to it', async () => {
    const client = new QueryClient()
    const { opened, queryOf } = createCounted()
    const observer = new QueryObserver(client, queryOf('a'))
    const stop = observer.subscribe(() => undefined)
    for (const id of ['b', 'a']) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      observer.setOptions(queryOf(id))
    }
    expect(opened).toEqual(['a', 'b', 'a'])
    stop()
    client.clear()
  })

  it('opens its stream if its data is that of an earlier page', async () => {
    const client = new QueryClient()
    const { opened, queryOf } = createCounted()
    client.setQueryData(queryOf('a').queryKey, 7)
    await has(new QueryObserver(client, queryOf('a')), 1)
    expect(opened).toEqual(['a'])
    client.clear()
  })
})

it('a query has one stream for all its observers', async () => {
  const client = new QueryClient()
  const opened = jest.fn()
  const query = createStreamQuery<Events, number>(
    ['Counters', null, {}],
    async function* (signal): AsyncGenerator<Item> {
      opened()
      yield { type: 'counted', payload: 1, id: '' }
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    },
    {},
  )
  const stops: (() => void)[] = []
  for (let observers = 0; observers < 3; observers++) {
    stops.push(new QueryObserver(client, query).subscribe(() => undefined))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  for (const stop of stops) stop()
  expect(opened).toHaveBeenCalledTimes(1)
  client.clear()
})

import { QueryClient } from '@tanstack/query-core'
import { createStreamQuery } from '../../runtime/ui/query'

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

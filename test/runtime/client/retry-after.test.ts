import { listen } from '../../../runtime/fetch-client'
import { createBackoff } from '../../../runtime/client/timers'
import { parseRetryAfter } from '../../../runtime/client/response'
import { ticks, type Tick } from './support/channels'
import { record } from './support/recorder'
import { ending, serve, status, streaming, type Answer } from './support/server'

type Ticks = { tick: Tick | null }

const NOW = Date.UTC(1999, 11, 31, 23, 58, 0)

afterEach(() => jest.restoreAllMocks())

describe('the value of Retry-After', () => {
  beforeEach(() => jest.spyOn(Date, 'now').mockReturnValue(NOW))

  test.each([
    { form: 'seconds', given: '120', want: 120_000 },
    { form: 'zero', given: ' 0 ', want: 0 },
    { form: 'seconds that fetch joined with others', given: '5, 10', want: 5000 },
    { form: 'seconds with a comma', given: '3600,', want: 3_600_000 },
    { form: 'IMF-fixdate', given: 'Fri, 31 Dec 1999 23:59:00 GMT', want: 60_000 },
    { form: 'RFC 850', given: 'Friday, 31-Dec-99 23:59:00 GMT', want: 60_000 },
    { form: 'asctime', given: 'Fri Dec 31 23:59:00 1999', want: 60_000 },
    { form: 'asctime with one digit', given: 'Sat Jan  1 00:00:00 2000', want: 120_000 },
    {
      form: 'dates that fetch joined',
      given: 'Fri, 31 Dec 1999 23:59:00 GMT, Sat, 01 Jan 2000 00:00:00 GMT',
      want: 60_000,
    },
    { form: 'a date in the past', given: 'Fri, 31 Dec 1999 23:57:00 GMT', want: -60_000 },
  ])('is read: $form', ({ given, want }) => {
    expect(parseRetryAfter(given)).toBe(want)
  })

  test.each([null, '', 'soon', '1.5', '-5', '+7', '1e3', '2000-01-01', 'Fri, 99 Foo 1999'])(
    'is ignored: %j',
    (given) => {
      expect(parseRetryAfter(given)).toBe(0)
    },
  )
})

test.each([
  { retryAfter: 5000, want: 5000 },
  { retryAfter: 10, want: 1000 },
  { retryAfter: -60_000, want: 1000 },
  { retryAfter: undefined, want: 1000 },
  { retryAfter: 1e9, want: 3_600_000 },
])('the larger of back-off and Retry-After ($retryAfter) is the delay', ({ retryAfter, want }) => {
  const backoff = createBackoff({ jitter: 0 })
  backoff.recordDisconnect(undefined)
  expect(backoff.delay(retryAfter)).toBe(want)
})

/** The time between two requests, ms. */
async function gapBetween(first: Answer, n: number, initialDelay: number): Promise<number> {
  const times: number[] = []
  const server = await serve((res, req, index) => {
    times.push(performance.now())
    return index === 0 ? first(res, req, index) : streaming('data: null\n\n')(res, req, index)
  })
  const { listener, count } = record<Ticks>()
  const subscription = listen(ticks, listener, null, {
    baseUrl: server.url,
    reconnect: { initialDelay, jitter: 0 },
  })
  await count(n)
  subscription.close()
  await server.close()
  return Number(times[1]) - Number(times[0])
}

test('a response that fails delays the next request', async () => {
  const ms = await gapBetween(status(503, { 'Retry-After': '1' }), 2, 0)
  expect(ms).toBeGreaterThan(900)
})

test.each(['1.5', '-5', '+7', new Date(0).toUTCString(), '0'])(
  'the value "%s" does not turn the back-off off',
  async (value) => {
    const ms = await gapBetween(status(503, { 'Retry-After': value }), 2, 400)
    expect(ms).toBeGreaterThan(350)
  },
)

test('two header lines are one list, of which the first counts', async () => {
  const answer: Answer = (res) => {
    res.setHeader('Retry-After', ['1', '30'])
    res.writeHead(503).end()
  }
  const ms = await gapBetween(answer, 2, 0)
  expect(ms).toBeGreaterThan(900)
  expect(ms).toBeLessThan(20_000)
})

test('a stream that the server ends has no Retry-After', async () => {
  const ms = await gapBetween(ending('data: null\n\n', { 'Retry-After': '30' }), 2, 0)
  expect(ms).toBeLessThan(10_000)
})

import { join } from 'node:path'
import { collect, loadClient, streamOf, type Client } from './support/generated'
import { answer, block, broken, serveApi, stream } from './support/scripted-api'

/** A POST is sent once: what happens when its request or its stream breaks. */
let client: Client
beforeAll(async () => {
  client = await loadClient(join(__dirname, 'documents/completions.yaml'))
})

const chunk = block({ id: '1', object: 'completion.chunk', choices: [{ text: 'a' }] })
const whole = `${chunk}\n\n${chunk}\n\ndata: [DONE]\n\n`
const body = { model: 'm', prompt: 'p' }
const quick = { initialDelay: 0, factor: 1, jitter: 0 }

async function call(answers: Parameters<typeof serveApi>, options: object = {}) {
  const api = await serveApi(...answers)
  try {
    const { events, error } = await collect(
      streamOf(client, 'streamCompletions', {
        baseUrl: api.url,
        body,
        reconnect: quick,
        onError: () => undefined,
        ...options,
      }),
    )
    return { count: events.length, error, calls: api.calls }
  } finally {
    await api.close()
  }
}

test('a connection cut at every byte: one POST, and a normal end or one error', async () => {
  const outcomes = new Set<string>()
  for (let length = 0; length <= whole.length; length += 1) {
    const { count, error, calls } = await call([broken(whole.slice(0, length))])
    expect(calls).toHaveLength(1)
    if (error !== undefined) expect(error).toMatchObject({ code: 'incomplete', retrying: false })
    // The sentinel counts with the blank line behind it.
    expect(error === undefined).toBe(length === whole.length)
    outcomes.add(`${count} ${error === undefined ? 'done' : 'incomplete'}`)
  }
  expect([...outcomes]).toEqual(['0 incomplete', '1 incomplete', '2 incomplete', '2 done'])
}, 60_000)

describe('before the first event', () => {
  const good = stream(chunk, 'data: [DONE]')

  test.each([
    ['500', answer(500, {})],
    ['408', answer(408, {})],
    ['a lost connection', broken('')],
    ['a lost request', (response: { destroy(): unknown }) => response.destroy()],
  ])('%s is final without a key', async (_, first) => {
    const { calls, error } = await call([first, good])
    expect(calls).toHaveLength(1)
    expect(error).toMatchObject({ retrying: false })
  })

  test.each([429, 503])('%d is repeated without a key', async (status) => {
    const { calls, error, count } = await call([answer(status, {}), good])
    expect({ calls: calls.length, error, count }).toEqual({ calls: 2, error: undefined, count: 1 })
    expect(calls[0]?.headers['idempotency-key']).toBeUndefined()
  })

  test.each([
    ['500', answer(500, {})],
    ['a lost connection', broken('')],
    ['a lost request', (response: { destroy(): unknown }) => response.destroy()],
  ])('%s is repeated with a key, which is asked for once', async (_, first) => {
    let asked = 0
    const idempotencyKey = (): string => `key-${(asked += 1)}`
    const { calls, error, count } = await call([first, good], { idempotencyKey })
    expect({ error, count }).toEqual({ error: undefined, count: 1 })
    expect(calls.map(({ headers }) => headers['idempotency-key'])).toEqual(['key-1', 'key-1'])
  })

  test('a key that a header cannot contain is an error of configuration', async () => {
    const { calls, error } = await call([good], { idempotencyKey: 'ключ' })
    expect(calls).toHaveLength(0)
    expect(error).toMatchObject({
      code: 'configuration',
      message: 'Option idempotencyKey is not valid in HTTP',
      retrying: false,
    })
  })

  test('400 is final with a key too', async () => {
    const { calls, error } = await call([answer(400, {}), good], { idempotencyKey: 'k' })
    expect(calls).toHaveLength(1)
    expect(error).toMatchObject({ code: 'status', status: 400 })
  })
})

test('after an event nothing is repeated, with a key neither', async () => {
  const { calls, error, count } = await call(
    [broken(`${chunk}\n\n`), stream(chunk, 'data: [DONE]')],
    {
      idempotencyKey: 'k',
    },
  )
  expect(calls).toHaveLength(1)
  expect(count).toBe(1)
  expect(error).toMatchObject({ code: 'incomplete' })
})

test.each([301, 302, 303, 307, 308])('a redirect with %d is an error', async (status) => {
  const { calls, error } = await call([answer(status, {}, { Location: '/other' }), stream(chunk)])
  expect(calls).toHaveLength(1)
  expect(error).toMatchObject({ code: 'status', status, retrying: false })
})

test('reconnect: false repeats nothing', async () => {
  const { calls, error } = await call([answer(429, {}), stream(chunk)], { reconnect: false })
  expect(calls).toHaveLength(1)
  expect(error).toMatchObject({ status: 429, retrying: false })
})

test('the body of an error is bounded', async () => {
  const { error } = await call([
    (response) => {
      response.writeHead(400)
      response.end('x'.repeat(100_000))
    },
  ])
  expect((error as { body: string }).body).toHaveLength(16_384)
})

test('a response of another type is an error with its text', async () => {
  const { error, calls } = await call([answer(200, { id: 'job' })])
  expect(error).toMatchObject({ code: 'content-type', body: '{"id":"job"}', retrying: false })
  expect(calls).toHaveLength(1)
})

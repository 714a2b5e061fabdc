import { join } from 'node:path'
import { collect, loadClient, streamOf, type Client } from './support/generated'
import { answer, block, serveApi, stream, type ScriptedApi } from './support/scripted-api'

/** Clients of documents of the kinds that people have, against servers that behave as these APIs do. */
const documents = join(__dirname, 'documents')
const apis: ScriptedApi[] = []

afterEach(async () => {
  await Promise.all(apis.splice(0).map((api) => api.close()))
})

async function serve(...answers: Parameters<typeof serveApi>): Promise<ScriptedApi> {
  const api = await serveApi(...answers)
  apis.push(api)
  return api
}

const quick = { reconnect: { initialDelay: 0, factor: 1, jitter: 0 } }
const types = (events: readonly { type: string }[]): string[] => events.map(({ type }) => type)

describe('completions: a body, no names on the wire, a sentinel', () => {
  let client: Client
  beforeAll(async () => {
    client = await loadClient(join(documents, 'completions.yaml'))
  })
  const chunk = (text: string): object => ({
    id: '1',
    object: 'completion.chunk',
    choices: [{ text }],
  })

  test('every chunk arrives, and the sentinel ends the stream', async () => {
    const api = await serve(stream(block(chunk('Hel')), block(chunk('lo')), 'data: [DONE]'))
    const body = { model: 'm', prompt: 'say hello' }
    const auth = { key: 'secret' }
    const { events, error } = await collect(
      streamOf(client, 'streamCompletions', { baseUrl: api.url, body, auth, ...quick }),
    )
    expect(error).toBeUndefined()
    expect(
      events.map(({ type, payload }) => ({ type, payload: { ...(payload as object) } })),
    ).toEqual([
      { type: 'CompletionChunk', payload: chunk('Hel') },
      { type: 'CompletionChunk', payload: chunk('lo') },
    ])
    expect(api.calls).toHaveLength(1)
    const [call] = api.calls
    expect(call).toMatchObject({ method: 'POST', url: '/completions', body: JSON.stringify(body) })
    expect(call?.headers).toMatchObject({
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: 'Bearer secret',
    })
  })

  test('an error of the API is shown with its body, and nothing is repeated', async () => {
    const api = await serve(answer(400, { error: { message: 'no such model' } }))
    const { events, error } = await collect(
      streamOf(client, 'streamCompletions', {
        baseUrl: api.url,
        body: { model: 'x', prompt: 'y' },
        ...quick,
      }),
    )
    expect(events).toEqual([])
    expect(error).toMatchObject({
      code: 'status',
      status: 400,
      body: '{"error":{"message":"no such model"}}',
      retrying: false,
    })
    expect(api.calls).toHaveLength(1)
  })

  test('429 is repeated after Retry-After', async () => {
    const api = await serve(
      answer(429, { error: 'slow down' }, { 'Retry-After': '0' }),
      stream(block(chunk('Hi')), 'data: [DONE]'),
    )
    const errors: unknown[] = []
    const { events, error } = await collect(
      streamOf(client, 'streamCompletions', {
        baseUrl: api.url,
        body: { model: 'm', prompt: 'p' },
        onError: (each: unknown) => errors.push(each),
        ...quick,
      }),
    )
    expect(error).toBeUndefined()
    expect(types(events)).toEqual(['CompletionChunk'])
    expect(errors).toEqual([expect.objectContaining({ status: 429, retrying: true })])
    expect(api.calls.map(({ body }) => body)).toEqual([api.calls[0]?.body, api.calls[0]?.body])
  })

  test('a body against its schema is refused before anything is sent', async () => {
    const api = await serve(stream())
    const { error } = await collect(
      streamOf(client, 'streamCompletions', { baseUrl: api.url, body: { model: 'm', prompt: '' } }),
    )
    expect(error).toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('/prompt'),
    })
    expect(api.calls).toEqual([])
  })
})

describe('turns: names in the payload, no body in the document', () => {
  let client: Client
  beforeAll(async () => {
    client = await loadClient(join(documents, 'turns.yaml'))
  })

  test.each([
    ['named on the wire', true],
    ['not named', false],
  ])('events that are %s reach their messages', async (_, isNamed) => {
    const payloads = [
      { type: 'turn-start', id: '1' },
      { type: 'turn-delta', index: 0, text: 'a' },
      { type: 'turn-end' },
    ]
    const api = await serve(
      stream(...payloads.map((payload) => block(payload, isNamed ? payload.type : undefined))),
    )
    const { events, error } = await collect(
      streamOf(client, 'streamTurns', { baseUrl: api.url, body: { message: 'hi', stream: true } }),
    )
    expect(error).toBeUndefined()
    expect(types(events)).toEqual(['turnStart', 'turnDelta', 'turnEnd'])
    expect(api.calls).toMatchObject([{ method: 'POST', body: '{"message":"hi","stream":true}' }])
  })

  test('a clean end is complete if nothing else is declared', async () => {
    const api = await serve(
      stream(block({ text: 'a', finished: false }), block({ finished: true, text: 'ab' })),
    )
    const { events, error } = await collect(
      streamOf(client, 'streamDrafts', { baseUrl: api.url, body: {} }),
    )
    expect(error).toBeUndefined()
    expect(types(events)).toEqual(['draftPiece', 'draftFinal'])
    expect(api.calls).toHaveLength(1)
  })

  test('an event that the document does not have is reported once for each type', async () => {
    const api = await serve(
      stream(block({ a: 1 }, 'ping'), block({ a: 2 }, 'ping'), block({ type: 'turn-end' })),
    )
    const unknown: unknown[] = []
    const onUnknownEvent = (event: unknown): number => unknown.push(event)
    const { events } = await collect(
      streamOf(client, 'streamTurns', { baseUrl: api.url, body: {}, onUnknownEvent }),
    )
    expect(types(events)).toEqual(['turnEnd'])
    expect(unknown).toEqual([
      { type: 'ping', data: '{"a":1}', id: '' },
      { type: 'ping', data: '{"a":2}', id: '' },
    ])
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined)
    await collect(streamOf(client, 'streamTurns', { baseUrl: api.url, body: {} }))
    expect(warn.mock.calls).toEqual([['Event "ping" is not a message of the channel']])
    warn.mockRestore()
  })

  test('eventTypes matches the rest with an asterisk', async () => {
    const api = await serve(stream(block({ type: 'turn-end' }, 'finished')))
    const eventTypes = { '*': 'turnEnd' }
    const { events } = await collect(
      streamOf(client, 'streamTurns', { baseUrl: api.url, body: {}, eventTypes }),
    )
    expect(types(events)).toEqual(['turnEnd'])
  })
})

test('relay: a terminator that x-sse names', async () => {
  const client = await loadClient(join(documents, 'relay.yaml'))
  const api = await serve(stream(block({ piece: 'a' }), 'data: --end--', block({ piece: 'late' })))
  const { events, error } = await collect(
    streamOf(client, 'streamRelay', { baseUrl: api.url, body: {} }),
  )
  expect(error).toBeUndefined()
  expect(events.map(({ payload }) => payload)).toEqual([{ piece: 'a' }])
  expect(Object.keys(client)).not.toContain('streamWebhooksFinished')
})

test('changes: a constant of the query is sent, the name is in the headers of the message', async () => {
  const client = await loadClient(join(documents, 'changes.yaml'))
  const api = await serve(
    stream(block({ seq: '1-a', id: 'x' }, 'change'), block({ seq: '2-b', id: 'y' })),
    (response) => response.writeHead(204).end(),
  )
  const { events, error } = await collect(
    streamOf(
      client,
      'streamDatabaseChanges',
      { database: 'db' },
      { baseUrl: api.url, query: { since: '0' }, ...quick },
    ),
  )
  expect(error).toBeUndefined()
  expect(types(events)).toEqual(['change', 'change'])
  expect(api.calls.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /db/_changes?feed=eventsource&since=0',
    'GET /db/_changes?feed=eventsource&since=0',
  ])
})

test('prediction: a URL of the API, text beside JSON, an end that only the description states', async () => {
  const client = await loadClient(join(documents, 'prediction.yaml'))
  const api = await serve(
    stream(
      'event: output\ndata: Hel',
      'event: output\ndata: lo',
      block({ detail: 'odd' }, 'error'),
      block({}, 'done'),
    ),
  )
  const url = `${api.url}/v1/files/abc?token=t`
  const { events, error } = await collect(
    streamOf(client, 'streamPredictionsStream', {
      url,
      endOn: ['done'],
      auth: { token: 'secret' },
    }),
  )
  expect(error).toBeUndefined()
  expect(events.map(({ type, payload }) => [type, payload])).toEqual([
    ['output', 'Hel'],
    ['output', 'lo'],
    ['error', { detail: 'odd' }],
    ['done', {}],
  ])
  expect(api.calls).toMatchObject([
    { method: 'GET', url: '/v1/files/abc?token=t', headers: { authorization: 'Bearer secret' } },
  ])
})

describe('agent: a reply, alternatives for the body, terminal events', () => {
  let client: Client
  beforeAll(async () => {
    client = await loadClient(join(documents, 'agent.yaml'))
  })
  const run = (api: ScriptedApi, body: object, options: object = {}) =>
    collect(
      streamOf(
        client,
        'streamAgentsAgentRuns',
        { agent: 'a1' },
        { baseUrl: api.url, body, ...options },
      ),
    )

  test.each([
    ['named', 'run.completed'],
    ['not named', undefined],
  ])('a terminal event that is %s is delivered and ends the stream', async (_, name) => {
    const api = await serve((response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      const blocks = [
        block({ type: 'run.created', id: '1' }, 'run.created'),
        block({ type: 'run.delta', text: 'x' }),
        block({ type: 'run.completed' }, name),
      ]
      // The server leaves the response open: the client has to end.
      response.write(blocks.map((each) => `${each}\n\n`).join(''))
    })
    const { events, error } = await run(api, { question: 'why?' })
    expect(error).toBeUndefined()
    expect(types(events)).toEqual(['created', 'delta', 'run.completed'])
    expect(api.calls).toMatchObject([
      { method: 'POST', url: '/agents/a1/runs', body: '{"question":"why?"}' },
    ])
  })

  test('a clean end without a terminal event is incomplete', async () => {
    const api = await serve(stream(block({ type: 'run.created', id: '1' })))
    const { events, error } = await run(api, { task: 't' })
    expect(types(events)).toEqual(['created'])
    expect(error).toMatchObject({ code: 'incomplete', retrying: false })
    expect(api.calls).toHaveLength(1)
  })

  test('a body that matches no alternative is refused', async () => {
    const api = await serve(stream())
    const { error } = await run(api, { what: 1 })
    expect(error).toMatchObject({ code: 'configuration' })
    expect(api.calls).toEqual([])
  })
})

test('search: QUERY is repeated until its terminal event', async () => {
  const client = await loadClient(join(documents, 'search.yaml'))
  const requests: { method: string; body: string }[] = []
  const responses = [
    'event: hit\ndata: {"title":"a"}\n\n',
    'event: hit\ndata: {"title":"b"}\n\nevent: end\ndata: {"total":2}\n\n',
  ]
  // Node 20 cannot parse QUERY, so the platform's `fetch` is replaced.
  const fetch = (_: URL, init: RequestInit): Promise<Response> => {
    requests.push({ method: init.method ?? '', body: String(init.body) })
    const headers = { 'Content-Type': 'text/event-stream' }
    return Promise.resolve(new Response(responses[requests.length - 1], { headers }))
  }
  const { events, error } = await collect(
    streamOf(client, 'streamSearch', {
      baseUrl: 'http://localhost',
      body: { text: 'x' },
      fetch,
      ...quick,
    }),
  )
  expect(error).toBeUndefined()
  expect(types(events)).toEqual(['hit', 'hit', 'end'])
  expect(requests).toEqual([
    { method: 'QUERY', body: '{"text":"x"}' },
    { method: 'QUERY', body: '{"text":"x"}' },
  ])
})

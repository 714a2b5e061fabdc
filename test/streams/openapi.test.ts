import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { convertOpenAPI } from '@asyncapi/converter'
import { scratchFolder } from '../support/folder'
import { collect, loadClient, streamOf, type Client } from './support/generated'
import { block, serveApi, stream } from './support/scripted-api'

/** An OpenAPI document, converted as `asyncapi convert` does, gives working clients of its event streams. */
let client: Client
beforeAll(async () => {
  const openapi = readFileSync(join(__dirname, 'documents/openapi.yaml'), 'utf8')
  const converted = join(scratchFolder(), 'asyncapi.yaml')
  writeFileSync(converted, convertOpenAPI(openapi, '3.0.0', { perspective: 'client' }))
  client = await loadClient(converted)
})

const events = stream(block({ text: 'Hello' }), block({ text: 'world' }))

test('a POST with an event stream as response is a request stream: its body is sent, its events are typed', async () => {
  const api = await serveApi(events)
  try {
    const { events: received, error } = await collect(
      streamOf(client, 'streamChatCompletions', { baseUrl: api.url, body: { prompt: 'Hi' } }),
    )
    expect(error).toBeUndefined()
    expect(received.map(({ type, payload }) => [type, payload])).toEqual([
      ['createCompletionResponse200', { text: 'Hello' }],
      ['createCompletionResponse200', { text: 'world' }],
    ])
    expect(api.calls).toMatchObject([
      { method: 'POST', url: '/chat/completions', body: '{"prompt":"Hi"}' },
    ])
  } finally {
    await api.close()
  }
})

test('a GET with an event stream as response is listened to, with the path parameters', async () => {
  const api = await serveApi(events)
  try {
    const listening = streamOf(
      client,
      'streamRoomsRoomIdEvents',
      { roomId: 'a/b' },
      { baseUrl: api.url },
    )
    const iterator = listening[Symbol.asyncIterator]()
    expect((await iterator.next()).value).toMatchObject({ payload: { text: 'Hello' } })
    await iterator.return?.()
    expect(api.calls[0]).toMatchObject({ method: 'GET', url: '/rooms/a%2Fb/events' })
  } finally {
    await api.close()
  }
})

test('a body that breaks the schema of the OpenAPI document is refused before it is sent', async () => {
  const api = await serveApi(events)
  try {
    const { error } = await collect(
      streamOf(client, 'streamChatCompletions', { baseUrl: api.url, body: {} }),
    )
    expect(error).toMatchObject({ code: 'configuration' })
    expect(api.calls).toEqual([])
  } finally {
    await api.close()
  }
})

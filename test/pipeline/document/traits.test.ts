import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { plan } from '../../../pipeline/generate'
import { parseDocument, parseFile, parseText } from '../../support/document'
import { scratchFolder } from '../../support/folder'
import { outputOf } from '../../support/output'

// The parser copies the members of an operation or a message that has traits.

type Json = Readonly<Record<string, unknown>>

const ref = (path: string): object => ({ $ref: `#/${path}` })
const messageRef = (name: string): object => ref(`channels/room/messages/${name}`)

const withTraits = (members: Json): Json => ({ ...members, traits: [{ 'x-trait': true }] })
const withoutTraits = (members: Json): Json => members

/** A document of one channel. */
function document(operations: Json, more: Json = {}): object {
  return {
    asyncapi: '3.0.0',
    info: { title: 'Rooms', version: '1.0.0' },
    channels: {
      room: {
        address: 'room',
        messages: {
          asked: { payload: { type: 'object', properties: { question: { type: 'string' } } } },
          said: { contentType: 'text/event-stream', payload: { type: 'string' } },
          other: { payload: { type: 'number' } },
        },
      },
    },
    operations,
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    ...more,
  }
}

const query = { type: 'object', required: ['since'], properties: { since: { type: 'integer' } } }

describe('operation traits change nothing but what they add', () => {
  test.each([
    [
      'a stream with security, a query and one of the messages',
      {
        action: 'send',
        channel: ref('channels/room'),
        security: [ref('components/securitySchemes/token')],
        bindings: { http: { query } },
        messages: [messageRef('said')],
      },
      'authorize',
    ],
    [
      'a request with a reply',
      {
        action: 'receive',
        channel: ref('channels/room'),
        bindings: { http: { method: 'POST' } },
        messages: [messageRef('asked')],
        reply: { channel: ref('channels/room'), messages: [messageRef('said')] },
      },
      "method: 'POST'",
    ],
  ])('%s', async (_, operation, want) => {
    const outputs = [withTraits, withoutTraits].map(async (withOrWithout) =>
      outputOf(await parseDocument(document({ feed: withOrWithout(operation) }))),
    )
    const [actual = {}, expected = {}] = await Promise.all(outputs)
    expect(actual).toEqual(expected)
    expect(Object.values(actual).join('\n')).toContain(want)
  })

  test('a reply in another channel', async () => {
    const answers = { address: 'answers', messages: { answer: { payload: { type: 'string' } } } }
    const { channels } = document({}) as { channels: Json }
    const build = async (withOrWithout: typeof withTraits) => {
      const operation = withOrWithout({
        action: 'receive',
        channel: ref('channels/room'),
        bindings: { http: { method: 'POST' } },
        messages: [messageRef('asked')],
        reply: {
          channel: ref('channels/answers'),
          messages: [ref('channels/answers/messages/answer')],
        },
      })
      const raw = document({ ask: operation }, { channels: { ...channels, answers } })
      return plan({ document: await parseDocument(raw), parameters: {} }).view.channels
    }
    const [room] = await build(withTraits)
    expect(room?.events.map(({ type }) => type)).toEqual(['answer'])
    expect(await build(withTraits)).toEqual(await build(withoutTraits))
  })

  test('the security of a trait applies', async () => {
    const operation = {
      action: 'send',
      channel: ref('channels/room'),
      traits: [{ security: [ref('components/securitySchemes/token')] }],
    }
    const { view } = plan({
      document: await parseDocument(document({ feed: operation })),
      parameters: {},
    })
    expect(view.channels.map(({ requiresAuthorize }) => requiresAuthorize)).toEqual([true])
  })
})

describe('message traits change nothing but what they add', () => {
  const tree = {
    type: 'object',
    required: ['address'],
    properties: {
      address: ref('components/schemas/Address'),
      children: { type: 'array', items: ref('components/schemas/Tree') },
      parent: { oneOf: [{ type: 'null' }, ref('components/schemas/Tree')] },
      next: ref('components/schemas/Tree'),
      note: { type: 'string' },
    },
  }
  const address = { type: 'object', properties: { city: { type: 'string', default: null } } }
  const wrapper = {
    type: 'object',
    properties: {
      tree: ref('components/schemas/Tree'),
      address: ref('components/schemas/Address'),
    },
  }

  test.each([['standard input'], ['a file']])('a document from %s', async (source) => {
    const outputs = [withTraits, withoutTraits].map(async (withOrWithout) => {
      const messages = {
        tree: withOrWithout({ payload: ref('components/schemas/Tree') }),
        wrapper: withOrWithout({ payload: wrapper, headers: ref('components/schemas/Address') }),
      }
      const text = JSON.stringify({
        ...document({}),
        channels: { room: { address: 'room', messages } },
        components: { schemas: { Tree: tree, Address: address, Text: { type: 'string' } } },
      })
      const file = join(scratchFolder(), 'document.json')
      writeFileSync(file, text)
      return outputOf(source === 'a file' ? await parseFile(file) : await parseText(text), {
        headers: 'true',
      })
    })
    const [actual = {}, expected = {}] = await Promise.all(outputs)
    expect(actual).toEqual(expected)
    expect(Object.keys(actual)).toContain('payloads/Address.ts')
  })
})

describe('channels that refer to one component', () => {
  test('have the operations of all, because the parser does not keep which one an operation means', async () => {
    const room = { address: 'room', messages: { said: { payload: { type: 'string' } } } }
    const raw = document(
      {
        feed: {
          action: 'send',
          channel: ref('channels/second'),
          security: [ref('components/securitySchemes/token')],
        },
      },
      {
        channels: {
          first: ref('components/channels/Room'),
          second: ref('components/channels/Room'),
        },
        components: {
          channels: { Room: room },
          securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
        },
      },
    )
    const { view } = plan({ document: await parseDocument(raw), parameters: {} })
    expect(view.channels.map(({ requiresAuthorize }) => requiresAuthorize)).toEqual([true, true])
  })
})

describe('an operation that does not fit a channel is an error', () => {
  const build = async (raw: object): Promise<unknown> =>
    plan({ document: await parseDocument(raw), parameters: {} })

  test('a channel that is not identified', async () => {
    const room = { address: 'room', messages: { said: { payload: { type: 'string' } } } }
    const hall = { ...room, address: 'hall', 'x-parser-unique-object-id': 'room' }
    const operation = withTraits({ action: 'send', channel: ref('channels/room') })
    await expect(
      build(document({ feed: operation }, { channels: { room, hall } })),
    ).rejects.toThrow('#/operations/feed/channel: it is not one of the "channels" of the document')
  })

  test('a message of another channel', async () => {
    const { channels } = document({}) as { channels: Json }
    const hall = { address: 'hall', messages: { heard: { payload: { type: 'string' } } } }
    const operation = {
      action: 'receive',
      channel: ref('channels/room'),
      bindings: { http: { method: 'POST' } },
      messages: [messageRef('asked')],
      reply: { messages: [ref('channels/hall/messages/heard')] },
    }
    await expect(
      build(document({ ask: operation }, { channels: { ...channels, hall } })),
    ).rejects.toThrow('#/operations/ask/reply/messages/0: the channel does not have this message')
  })
})

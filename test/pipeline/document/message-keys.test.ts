import { convert } from '@asyncapi/converter'
import { plan } from '../../../pipeline/generate'
import { parseDocument } from '../../support/document'

const key = (name: string): object => ({ $ref: `#/channels/room/messages/${name}` })
const item = { $ref: '#/components/messages/Item' }

test.each([
  ['one of two keys of a message, with a note', ['created'], 1],
  ['both keys, without a note', ['created', 'updated'], 0],
])('an operation lists %s', async (_, listed, notes) => {
  const document = await parseDocument({
    asyncapi: '3.0.0',
    info: { title: 'Rooms', version: '1.0.0' },
    channels: { room: { address: 'room', messages: { created: item, updated: item } } },
    operations: {
      send: { action: 'send', channel: { $ref: '#/channels/room' }, messages: listed.map(key) },
    },
    components: { messages: { Item: { payload: { type: 'string' } } } },
  })
  const { view, diagnostics } = plan({ document, parameters: {} })
  expect(view.channels[0]?.events.map(({ type }) => type)).toEqual(['created', 'updated'])
  const found = diagnostics.notes.filter((note) =>
    note.startsWith('#/operations/send/messages/0: the channel has one message under several keys'),
  )
  expect(found).toHaveLength(notes)
})

test('an empty name is no event name: an event without a name is a "message"', async () => {
  const payload = { type: 'string' }
  const oneOf = ['message', ''].map((name) => ({ name, payload }))
  const document = await parseDocument({
    asyncapi: '2.6.0',
    info: { title: 'Test', version: '1' },
    channels: { a: { subscribe: { message: { oneOf } } } },
  })
  const { view, diagnostics } = plan({ document, parameters: {} })
  expect(view.channels[0]?.events.map(({ type }) => type)).toEqual(['message', 'message2'])
  expect(diagnostics.notes).toEqual([
    '#/channels/a/subscribe/message/oneOf/1: the event name "" cannot be sent on an "event:" line; it is sent as "message2"',
  ])
})

test.each(['watchRoom', undefined])(
  'a document that was converted to AsyncAPI 3 has the same names (operation %s)',
  async (operationId) => {
    const message = (name: string): object => ({ $ref: `#/components/messages/${name}` })
    const document = {
      asyncapi: '2.6.0',
      info: { title: 'Rooms', version: '1.0.0' },
      channels: {
        'rooms.all': {
          subscribe: {
            ...(operationId === undefined ? {} : { operationId }),
            message: { oneOf: [message('Said'), message('Left')] },
          },
        },
      },
      components: {
        messages: {
          Said: { name: 'said', payload: { type: 'string' } },
          Left: { payload: { type: 'object', properties: { user: { type: 'string' } } } },
        },
      },
    }
    const namesOf = async (text: object): Promise<unknown> => {
      const { view } = plan({ document: await parseDocument(text), parameters: {} })
      return view.channels.map(({ events }) =>
        events.map(({ type, payload }) => [type, payload?.name.text]),
      )
    }
    const expected = [
      [
        ['said', 'Said'],
        ['Left', 'Left'],
      ],
    ]
    expect(await namesOf(document)).toEqual(expected)
    expect(await namesOf(convert(JSON.stringify(document), '3.0.0') as unknown as object)).toEqual(
      expected,
    )
  },
)

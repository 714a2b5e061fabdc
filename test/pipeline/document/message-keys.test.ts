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

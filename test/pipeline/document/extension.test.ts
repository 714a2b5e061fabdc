import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv from 'ajv'
import { Diagnostics } from '../../../pipeline/diagnostics'
import { readDocument } from '../../../pipeline/document/document'
import { checkExtensions } from '../../../pipeline/document/extension'

const schema = JSON.parse(
  readFileSync(join(__dirname, '../../../schema/x-eventsource.json'), 'utf8'),
) as object

/** The errors of an extension at its place in a document. */
function errorsOf(place: string, extension: unknown): string[] {
  const at = (name: string): object => (name === place ? { 'x-eventsource': extension } : {})
  const raw = {
    asyncapi: '2.6.0',
    channels: {
      c: { ...at('channel'), subscribe: { ...at('operation'), message: at('message') } },
    },
  }
  const diagnostics = new Diagnostics()
  const { channels } = readDocument(raw, diagnostics)
  for (const channel of channels) checkExtensions(channel, diagnostics)
  return diagnostics.errors
}

describe('x-eventsource matches schema/x-eventsource.json', () => {
  const validators = new Ajv({ allowUnionTypes: true })
  validators.addSchema(schema, 'x')

  test.each([
    ['channel', { name: 'Rooms', ignore: false, method: 'GET' }],
    ['channel', {}],
    ['channel', { name: ' ' }],
    ['channel', { name: 1 }],
    ['channel', { ignore: 'yes' }],
    ['channel', { method: 'post' }],
    ['channel', true],
    ['operation', { method: 'QUERY' }],
    ['operation', { method: 'DELETE' }],
    ['message', { event: 'a', terminal: true }],
    ['message', { event: '' }],
    ['message', { event: 'a\nb' }],
    ['message', { terminal: 1 }],
  ])('%s %j', (place, extension) => {
    const isValid = validators.validate({ $ref: `x#/definitions/${place}` }, extension)
    expect(errorsOf(place, extension)).toHaveLength(isValid ? 0 : 1)
  })

  test('an error names the place and the allowed values', () => {
    expect(errorsOf('operation', { method: 'DELETE' })).toEqual([
      '#/channels/c/subscribe/x-eventsource/method: "DELETE" is not one of GET, POST, QUERY, PUT',
    ])
  })
})

import type { Diagnostics } from '../diagnostics'
import { asArray, isJsonObject, objectEntries, type JsonObject } from '../json'
import { jsonPointer } from '../json-pointer'
import { explicitEventName, headersOf, payloadOf } from './messages'
import { propertyNames } from './schema-constants'
import type { SelectedChannel } from './selection'
import { HTTP_BINDINGS, httpBindingMember, type SourceMessage } from './document'

/** Bindings that this pack reads. */
const BINDINGS: readonly string[] = [...HTTP_BINDINGS, 'x-sse', 'x-zilla-sse']

/** Reports the parts of a selected channel that have no effect on the output. */
export function reportUnusedParts(
  channel: SelectedChannel,
  { hasHeaders }: { readonly hasHeaders: boolean },
  { skip }: Diagnostics,
): void {
  const { source, messages, body } = channel
  if (/(^|\/)[*+](\/|$)|\*\*/.test(channel.address)) {
    skip(source.pointer, 'a wildcard in an address is literal text; a parameter matches any value')
  }
  for (const { raw, pointer } of [source, ...source.operations]) {
    reportBindings(raw, pointer, skip)
    reportLabels(raw, pointer, skip)
  }
  for (const [name, parameter] of objectEntries(source.raw['parameters'])) {
    if ('location' in parameter) {
      skip(
        jsonPointer('channels', source.key, 'parameters', name),
        'a location has no effect: the caller passes the value of a parameter',
      )
    }
  }
  for (const { reply } of source.operations) {
    if (reply !== undefined && 'address' in reply.raw) {
      skip(
        reply.pointer,
        'the address of a reply has no effect: the response to the request has the events',
      )
    }
  }
  for (const message of [...messages, ...body]) reportMessage(message, hasHeaders, skip)
  for (const message of messages) reportFrame(message, skip)
}

type Skip = Diagnostics['skip']

function reportMessage(message: SourceMessage, hasHeaders: boolean, skip: Skip): void {
  const { raw, pointer } = message
  reportBindings(raw, pointer, skip)
  if ('correlationId' in raw) {
    skip(pointer, 'a correlationId has no effect: an event stream has no message headers')
  }
  reportLabels(raw, pointer, skip)
  const hasEventHeader = explicitEventName(message) !== undefined
  const isUnused = (schema: unknown): boolean =>
    propertyNames(schema).some(
      (name) =>
        !(hasEventHeader && name === 'event') && !RUNTIME_HEADERS.includes(name.toLowerCase()),
    )
  if (!hasHeaders && isUnused(headersOf(message).schema)) {
    skip(pointer, 'message headers are not sent; -p headers=true generates models of them')
  }
  const member = httpBindingMember(raw, 'headers')
  if (member !== undefined && isUnused(member.value)) {
    skip(
      `${pointer}/bindings/${member.binding}/headers`,
      'headers are not sent, and have no model; with -p headers=true, the "headers" of a message have a model',
    )
  }
}

function reportLabels(raw: JsonObject, pointer: string, skip: Skip): void {
  if (asArray(raw['tags']).length > 0) skip(pointer, 'tags have no effect')
  if ('externalDocs' in raw) {
    skip(pointer, 'externalDocs outside of a schema has no effect; the description can have a link')
  }
}

/** Reports a payload that describes an event with its fields instead of the content of `data`. */
function reportFrame(message: SourceMessage, skip: Skip): void {
  const names = propertyNames(payloadOf(message).schema)
  if (!['event', 'data'].every((name) => names.includes(name))) return
  if (!names.every((name) => FRAME_FIELDS.includes(name))) return
  skip(
    `${message.pointer}/payload`,
    'it has the fields of an event, but a payload is the content of "data" only; if the JSON of the server has no "event" and no "data", replace the payload with the schema of "data"',
  )
}

/** Fields of an event (HTML §9.2.6). */
const FRAME_FIELDS = ['event', 'data', 'id', 'retry']

/** Headers of the request, of its response and of the frame of an event, which the runtime sends itself. */
const RUNTIME_HEADERS = [
  'accept',
  'authorization',
  'cache-control',
  'connection',
  'content-type',
  'id',
  'retry',
]

function reportBindings(raw: JsonObject, pointer: string, skip: Skip): void {
  const { bindings } = raw
  if (!isJsonObject(bindings)) return
  for (const name of Object.keys(bindings)) {
    if (BINDINGS.includes(name) || name.startsWith('x-')) continue
    skip(`${pointer}/bindings`, `the binding "${name}" has no effect on an event stream`)
  }
}

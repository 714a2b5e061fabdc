import type { Diagnostics } from '../diagnostics'
import { closestMatch, didYouMean } from '../suggest'
import type { SourceChannel } from './document'
import { asObject, isJsonObject, type JsonObject } from '../json'

/** Methods of requests with an event stream as response. `QUERY` is RFC 10008. */
export const STREAM_METHODS = ['GET', 'POST', 'QUERY', 'PUT'] as const

export type StreamMethod = (typeof STREAM_METHODS)[number]

type Place = 'channel' | 'operation' | 'message'

interface Member {
  readonly places: readonly Place[]
  /** The allowed values, as text for messages. */
  readonly expected: string
  isValid(value: unknown): boolean
}

/** Members of `x-eventsource`; schema/x-eventsource.json is the equivalent JSON Schema. */
const MEMBERS: Readonly<Record<string, Member>> = {
  name: { places: ['channel'], expected: 'a text that is not empty', isValid: isText },
  ignore: { places: ['channel'], expected: 'true or false', isValid: isBoolean },
  method: {
    places: ['channel', 'operation'],
    expected: `one of ${STREAM_METHODS.join(', ')}`,
    isValid: (value) => STREAM_METHODS.some((method) => method === value),
  },
  event: { places: ['message'], expected: 'a text of one line, not empty', isValid: isLine },
  terminal: { places: ['message'], expected: 'true or false', isValid: isBoolean },
}

const NAME = 'x-eventsource'

/** The extension of a channel, an operation or a message; empty if missing. */
export function extensionOf(raw: JsonObject): JsonObject {
  return asObject(raw[NAME])
}

/** Checks every `x-eventsource` of a channel. An invalid value is an error, an unknown member a note. */
export function checkExtensions(channel: SourceChannel, diagnostics: Diagnostics): void {
  check(channel, 'channel', diagnostics)
  for (const operation of channel.operations) {
    check(operation, 'operation', diagnostics)
    const replies = operation.reply?.messages ?? []
    for (const message of [...operation.messages, ...replies])
      check(message, 'message', diagnostics)
  }
  for (const message of channel.messages) check(message, 'message', diagnostics)
}

function check(
  { raw, pointer }: { readonly raw: JsonObject; readonly pointer: string },
  place: Place,
  diagnostics: Diagnostics,
): void {
  if (!(NAME in raw)) return
  const value = raw[NAME]
  if (!isJsonObject(value)) {
    diagnostics.error(`${pointer}/${NAME}: must be an object with ${membersOf(place).join(', ')}`)
    return
  }
  for (const [name, content] of Object.entries(value)) {
    const member = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined
    if (member?.places.includes(place) !== true) {
      diagnostics.note(`${pointer}/${NAME}/${name}: ${misplaced(name, member, place)}`)
    } else if (!member.isValid(content)) {
      diagnostics.error(
        `${pointer}/${NAME}/${name}: ${JSON.stringify(content)} is not ${member.expected}`,
      )
    }
  }
}

function misplaced(name: string, member: Member | undefined, place: Place): string {
  if (member !== undefined) {
    return `has no effect on a ${place}; it belongs to a ${member.places.join(' or a ')}`
  }
  const members = membersOf(place)
  const guess = closestMatch(name, members)
  return `is unknown and has no effect; a ${place} has ${members.join(', ')}${didYouMean(guess)}`
}

function membersOf(place: Place): string[] {
  return Object.entries(MEMBERS).flatMap(([name, { places }]) =>
    places.includes(place) ? [name] : [],
  )
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== ''
}

function isLine(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && !/[\r\n\0]/.test(value)
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean'
}

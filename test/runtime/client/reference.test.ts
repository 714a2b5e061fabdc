import { createEventReader } from '../../../runtime/client/event-reader'
import { pick, seededRandom } from '../../support/random'
import { parseEventStream, type ReferenceEvent } from './support/reference-parser'

const STREAMS = 20_000

/** Pieces that the grammar treats in a special way, beside ordinary text. */
const PIECES = [
  '\n',
  '\n',
  '\n\n',
  '\r',
  '\r\n',
  '\r\r',
  'data',
  'data:',
  'data: ',
  'data:x',
  'data: {"n":1}',
  'id',
  'id:',
  'id: 1',
  'id: …😀',
  'id: a\0b',
  'event:',
  'event: joined',
  'retry: 10',
  'retry: 1x',
  'retry',
  ':',
  ': comment',
  ' ',
  ':gap',
  'Data: x',
  'database: x',
  'x',
  '\uFEFF',
  '\0',
  '😀',
  'é',
] as const

/** Bytes of which some are no UTF-8. */
function randomStream(random: () => number): Uint8Array {
  const lineEnd = (): string => (random() < 0.6 ? pick(random, ['\n', '\r\n', '\r']) : '')
  const pieces = Array.from(
    { length: Math.floor(random() * 24) },
    () => pick(random, PIECES) + lineEnd(),
  )
  const bytes = new TextEncoder().encode(pieces.join(''))
  if (bytes.length > 0 && random() < 0.1) {
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
  }
  return bytes
}

/** What the client's reader makes of a stream that arrives in pieces. */
function read(bytes: Uint8Array, random: () => number): ReturnType<typeof parseEventStream> {
  const events: ReferenceEvent[] = []
  const decoder = new TextDecoder()
  let lastEventId = ''
  let retry: number | undefined
  const feed = createEventReader(
    {
      onEvent(event = 'message', data, id = lastEventId) {
        lastEventId = id
        events.push({ type: event, data, lastEventId })
      },
      onId: (id) => void (lastEventId = id),
      onRetry: (ms) => void (retry = ms),
      onComment: () => undefined,
    },
    1e6,
  )
  for (let start = 0; start < bytes.length;) {
    const end = start + 1 + Math.floor(random() ** 2 * 20)
    feed(decoder.decode(bytes.subarray(start, end), { stream: true }))
    start = end
  }
  return { events, lastEventId, retry }
}

test(`${STREAMS} random streams are parsed according to the standard, wherever they are split`, () => {
  let count = 0
  for (let seed = 1; seed <= STREAMS; seed++) {
    const random = seededRandom(seed)
    const bytes = randomStream(random)
    const want = parseEventStream(bytes)
    const got = read(bytes, random)
    count += want.events.length
    if (JSON.stringify(got) !== JSON.stringify(want)) {
      expect({ seed, stream: new TextDecoder().decode(bytes), ...got }).toMatchObject({ ...want })
    }
  }
  // The streams are not all without events.
  expect(count).toBeGreaterThan(STREAMS / 4)
})

import { createParser } from 'eventsource-parser'
import { EventSourceError } from './errors'

/** An event as it came: `event` is undefined where the wire names none, `id` the last event id as of this event. */
export interface WireEvent {
  event?: string | undefined
  data: string
  id?: string | undefined
}

export interface EventReaderHandlers {
  onEvent(event: WireEvent): void
  /** A block without data has set the last event id. */
  onId(id: string): void
  onRetry(ms: number): void
  onComment(comment: string): void
}

export interface EventReader {
  /**
   * Takes the next piece of the stream's text, cut anywhere.
   * @param size bytes of the piece
   * @throws EventSourceError `too-large` where an event has grown over the limit; the reader is then of no more use
   */
  feed(text: string, size: number): void
  /** The stream has ended: what an unfinished event said of `retry` counts, the rest is thrown away. */
  end(): void
}

/**
 * Reads one event stream. `eventsource-parser` reads the fields; this gives it whole events only, which bounds
 * memory in bytes, dispatches at the blank line whatever the line ends, and sees ids of events without data.
 *
 * @param limit largest event, bytes
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function createEventReader(handlers: EventReaderHandlers, limit: number): EventReader {
  let held: string[] = []
  let heldSize = 0
  let afterCarriageReturn = false

  const parser = createParser({
    ...handlers,
    onEvent: (event) => {
      const { data } = event
      // A UTF-16 unit is at most three bytes: only what may be too large is counted exactly.
      if (data.length * 3 > limit) check(new TextEncoder().encode(data).length)
      handlers.onEvent(event)
    },
  })
  // The decoder has taken the byte order mark off; the parser looks for another one in what it is fed first.
  parser.feed('\n')

  function check(size: number): void {
    if (size > limit) {
      throw new EventSourceError('too-large', `an event is larger than maxEventBytes, ${limit}`)
    }
  }

  function hold(text: string, size: number): void {
    if (text === '') return
    held.push(text)
    heldSize += size
    // Comments in front of an event are no part of it: a server may beat for days without a blank line.
    if (held[0]?.startsWith(':') && text.includes('\n')) {
      const [comments = ''] = /^(?::.*\n)+/.exec(held.join('')) ?? []
      const rest = held.join('').slice(comments.length)
      parser.feed(comments)
      held = rest === '' ? [] : [rest]
      heldSize = rest.length
    }
    check(heldSize)
  }

  /** Where the last whole event of `text` ends; 0 where none does. */
  function endOfEvents(text: string): number {
    const blank = text.lastIndexOf('\n\n')
    if (blank !== -1) return blank + 2
    return text.startsWith('\n') && (held.length === 0 || held.at(-1)?.endsWith('\n')) ? 1 : 0
  }

  return {
    feed(chunk, size) {
      let text = chunk
      if (text === '') return
      if (afterCarriageReturn && text.startsWith('\n')) text = text.slice(1)
      afterCarriageReturn = chunk.endsWith('\r')
      if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n')

      const end = endOfEvents(text)
      if (end === 0) {
        hold(text, size)
        return
      }
      const events = held.join('') + text.slice(0, end)
      held = []
      heldSize = 0
      readEvents(events, parser.feed, handlers.onId)
      hold(text.slice(end), text.length - end)
    },

    end() {
      const rest = held.join('')
      parser.feed(rest.slice(0, rest.lastIndexOf('\n') + 1))
    },
  }
}

/**
 * Feeds whole events, and tells the ids of those without data in between: the parser keeps silent about them, but
 * the specification says that they set the last event id.
 */
function readEvents(text: string, feed: (text: string) => void, onId: (id: string) => void): void {
  let fed = 0
  for (let at = nextId(text, 0); at !== -1; at = nextId(text, at + 1)) {
    // An id in front of its data is the usual case, and cheap to know.
    if (text.startsWith('\ndata:', text.indexOf('\n', at))) continue
    const end = text.indexOf('\n\n', at)
    const block = text.slice(text.lastIndexOf('\n\n', at) + 1, end)
    if (/(?:^|\n)data(?::|\n|$)/.test(block)) continue
    feed(text.slice(fed, end + 2))
    fed = end + 2
    const id = lastId(block)
    if (id !== undefined) onId(id)
  }
  feed(fed === 0 ? text : text.slice(fed))
}

/** Where the next line that may be an id starts; -1 where none does. */
function nextId(text: string, from: number): number {
  if (from === 0 && text.startsWith('id')) return 0
  const end = text.indexOf('\nid', from)
  return end === -1 ? -1 : end + 1
}

function lastId(block: string): string | undefined {
  let id: string | undefined
  for (const [, value = ''] of block.matchAll(/(?:^|\n)id(?:: ?([^\n]*))?(?=\n|$)/g)) {
    if (!value.includes('\0')) id = value
  }
  return id
}

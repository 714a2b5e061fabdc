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
  onBareId(id: string): void
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

/** Ids without NUL; a line may be the field's name alone. */
const ID_LINES = /(?:^|\n)id(?:: ?([^\n\0]*))?(?=\n)/g

/**
 * Reads one event stream. `eventsource-parser` reads the fields; this gives it whole events only, which bounds
 * memory in bytes, dispatches at the blank line whatever the line ends, and sees ids of events without data.
 *
 * @param limit largest event, bytes
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function createEventReader(handlers: EventReaderHandlers, limit: number): EventReader {
  /** What has come of an event that is not whole yet. */
  let held: string[] = []
  let heldSize = 0
  let afterCarriageReturn = false
  let dispatched = false

  const parser = createParser({
    ...handlers,
    onEvent: (event) => {
      const { data } = event
      // A UTF-16 unit is at most three bytes: only what may be too large is counted exactly.
      if (data.length * 3 > limit) check(new TextEncoder().encode(data).length)
      dispatched = true
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
    if (!text) return
    held.push(text)
    heldSize += size
    // Comments in front of an event are no part of it: a server may beat for days without a blank line.
    if (held[0]?.startsWith(':') && text.includes('\n')) {
      const rest = held.join('').replace(/^(:[^\n]*\n)+/, (comments) => {
        parser.feed(comments)
        return ''
      })
      held = rest ? [rest] : []
      heldSize = rest.length
    }
    check(heldSize)
  }

  /** Where the last whole event of `text` ends; 0 where none does. */
  function endOfEvents(text: string): number {
    const blank = text.lastIndexOf('\n\n')
    if (blank >= 0) return blank + 2
    return text.startsWith('\n') && (held.at(-1) ?? '\n').endsWith('\n') ? 1 : 0
  }

  /** The parser keeps silent about an event without data, but its id counts: it sets the last event id. */
  function readEvents(text: string): void {
    for (let start = 0, end; start < text.length; start = end) {
      end = text.indexOf('\n\n', start) + 2
      if (end < 2) end = text.length
      const event = text.slice(start, end)
      dispatched = false
      parser.feed(event)
      if (dispatched) continue
      for (const [, id = ''] of event.matchAll(ID_LINES)) handlers.onBareId(id)
    }
  }

  return {
    feed(chunk, size) {
      if (!chunk) return
      let text = chunk
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
      readEvents(events)
      hold(text.slice(end), text.length - end)
    },

    end() {
      const rest = held.join('')
      parser.feed(rest.slice(0, rest.lastIndexOf('\n') + 1))
    },
  }
}

import { EventSourceError } from './errors'

export interface EventReaderHandlers {
  /** @param id undefined if the block does not set the last event ID */
  onEvent(event: string | undefined, data: string, id: string | undefined): void
  /** Called when a block without data sets the last event ID. */
  onId(id: string): void
  onRetry(ms: number): void
  onComment(comment: string): void
}

/**
 * Parses one event stream.
 *
 * @param limit maximum size of an event, bytes
 * @returns a function that parses the next chunk of the stream's text, split at any position. It throws EventSourceError
 * `too-large` if an event exceeds the limit, and must not be called after that. An incomplete block at the end of the
 * stream is discarded.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function createEventReader(
  handlers: EventReaderHandlers,
  limit: number,
): (chunk: string) => void {
  /** The start of a line whose end has not arrived. */
  let partialLine = ''
  let isCarriageReturnRead = false
  let event: string | undefined
  let id: string | undefined
  let data: string | undefined
  /** Characters of the lines of `data`: empty ones take memory too. */
  let dataLength = 0

  /** @param size characters; there are at most as many as bytes */
  function checkSize(size: number): void {
    if (size > limit) {
      throw new EventSourceError('too-large', `An event is larger than maxEventBytes (${limit})`)
    }
  }

  function dispatch(): void {
    if (data !== undefined) {
      // A UTF-16 unit has at most three bytes, so only large events are encoded.
      if (data.length * 3 > limit) checkSize(new TextEncoder().encode(data).length)
      handlers.onEvent(event, data, id)
    } else if (id !== undefined) handlers.onId(id)
    event = id = data = undefined
    dataLength = 0
  }

  /** Reads a line, `start` to `end` of a text. Fields are compared in place: copies of their parts take measurable time. */
  function readLine(text: string, start: number, end: number): void {
    /** The value of the line, if its field has this name. A line without a colon has an empty value. */
    const valueOf = (name: string): string | undefined => {
      const colon = start + name.length
      return text.startsWith(name, start) && (colon >= end || text[colon] === ':')
        ? text.slice(colon + (text[colon + 1] === ' ' ? 2 : 1), end)
        : undefined
    }
    let value = valueOf('data')
    if (value !== undefined) {
      data = data === undefined ? value : `${data}\n${value}`
      dataLength += end - start
    } else if ((value = valueOf('event')) !== undefined) event = value || undefined
    else if ((value = valueOf('id')) !== undefined) {
      if (!value.includes('\0')) id = value
    } else if ((value = valueOf('retry')) !== undefined) {
      if (/^\d+$/.test(value)) handlers.onRetry(+value)
    } else if ((value = valueOf('')) !== undefined) handlers.onComment(value)
  }

  return (chunk) => {
    let text = chunk
    if (isCarriageReturnRead && chunk) {
      // The second half of a CRLF. The CR already ended the line, because it may be the last input.
      isCarriageReturnRead = false
      text = chunk.replace(/^\n/, '')
    }
    if (text.includes('\r')) {
      isCarriageReturnRead = text.endsWith('\r')
      text = text.replace(/\r\n?/g, '\n')
    }
    let end = text.indexOf('\n')
    if (end >= 0) {
      end += partialLine.length
      text = partialLine + text
      partialLine = ''
    }
    let start = 0
    for (; end >= 0; end = text.indexOf('\n', start)) {
      if (end > start) readLine(text, start, end)
      else dispatch()
      start = end + 1
    }
    partialLine += text.slice(start)
    checkSize(partialLine.length + dataLength)
  }
}

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
  /** Characters of the block so far: comments and empty lines count, so that no block goes on without end. */
  let blockLength = 0

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
  }

  function readField(line: string): void {
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (name === '') handlers.onComment(value)
    else if (name === 'data') data = data === undefined ? value : `${data}\n${value}`
    else if (name === 'event') event = value || undefined
    else if (name === 'id' && !value.includes('\0')) id = value
    else if (name === 'retry' && /^\d+$/.test(value)) handlers.onRetry(+value)
  }

  return (chunk) => {
    if (!chunk) return
    // The second half of a CRLF. The CR already ended the line, because it may be the last input.
    let text = isCarriageReturnRead && chunk[0] === '\n' ? chunk.slice(1) : chunk
    isCarriageReturnRead = chunk.endsWith('\r')
    if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n')
    blockLength += text.length
    let start = 0
    for (let end; (end = text.indexOf('\n', start)) >= 0; start = end + 1) {
      const line = partialLine + text.slice(start, end)
      partialLine = ''
      if (line) readField(line)
      else {
        dispatch()
        blockLength = text.length - end - 1
      }
    }
    partialLine += text.slice(start)
    checkSize(blockLength)
  }
}

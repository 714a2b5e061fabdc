/** The fields of one event, as they stand on the wire. */
export interface WireFields {
  /** The content; `\r`, `\n` and `\r\n` split it into `data:` lines, which a client joins with `\n`. */
  readonly data: string
  /** Name of the event; `''` or absent: none, which a client dispatches as `message`. */
  readonly event?: string | undefined
  /** What the client sends as `Last-Event-ID`; `''` makes it forget the last one. */
  readonly id?: string | undefined
  /** ms a client waits before it connects again. */
  readonly retry?: number | undefined
}

/** A comment line that clients ignore: the heartbeat. */
export const HEARTBEAT = ':\n\n'

/** The comment that tells a client that events were lost here. */
export const GAP = ': gap\n\n'

/**
 * One event in the format of the HTML standard, §9.2.5.
 *
 * @throws TypeError where `event` or `id` holds CR, LF or NUL, which would end its line or be ignored, or `retry` is
 *   not a whole number of ms
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function encodeEvent({ data, event, id, retry }: WireFields): string {
  let text = ''
  if (retry !== undefined) text += encodeRetry(retry)
  if (id !== undefined) text += encodeLine('id', id)
  if (event !== undefined && event !== '') text += encodeLine('event', event)
  // Most content is one line of JSON.
  const lines = /[\r\n]/.test(data) ? data.replace(/\r\n?|\n/g, '\ndata: ') : data
  return `${text}data: ${lines}\n\n`
}

/** @throws TypeError */
export function encodeRetry(ms: number): string {
  if (!Number.isSafeInteger(ms) || ms < 0) {
    throw new TypeError(`retry must be a whole number of milliseconds, not ${String(ms)}`)
  }
  return `retry: ${ms}\n`
}

/** @throws TypeError */
export function encodeLine(field: 'event' | 'id', value: string): string {
  if (typeof value !== 'string' || /[\r\n\0]/.test(value)) {
    throw new TypeError(`${field} must be one line without NUL, not ${JSON.stringify(value)}`)
  }
  return `${field}: ${value}\n`
}

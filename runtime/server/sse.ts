/** The fields of one event in the stream. */
export interface WireFields {
  /** The data; `\r`, `\n` and `\r\n` split it into `data` fields, which a client joins with `\n`. */
  readonly data: string
  /** Name of the event; `''` or absent: no field, a client dispatches `message`. */
  readonly event?: string | undefined
  /** Value that the client sends as `Last-Event-ID`; `''` resets the last event ID. */
  readonly id?: string | undefined
  /** Reconnection time, ms. */
  readonly retry?: number | undefined
}

/** The heartbeat: a comment line, which clients ignore. */
export const HEARTBEAT_COMMENT = ':\n\n'

/** The comment that reports lost events to a client. */
export const GAP_COMMENT = ': gap\n\n'

/**
 * The comment before a snapshot. The empty `id` field resets the client's last event ID (HTML §9.2.6). A client that
 * disconnects before the end of the snapshot then receives a complete one.
 */
export const SNAPSHOT_COMMENT = ': snapshot\nid\n\n'

/**
 * Encodes one event in the format of the HTML standard, §9.2.5.
 *
 * @throws TypeError if `event` or `id` contains CR, LF or NUL, which would end its line or be ignored
 * @throws TypeError if `retry` is not a whole number of ms
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function encodeEvent({ data, event, id, retry }: WireFields): string {
  let text = ''
  if (retry !== undefined) text += encodeRetry(retry)
  if (id !== undefined) text += encodeField('id', id)
  if (event !== undefined && event !== '') text += encodeField('event', event)
  // Most data is one line of JSON.
  const lines = /[\r\n]/.test(data) ? data.replace(/\r\n?|\n/g, '\ndata: ') : data
  return `${text}data: ${lines}\n\n`
}

/** @throws TypeError */
export function encodeRetry(ms: number): string {
  if (!Number.isSafeInteger(ms) || ms < 0) {
    throw new TypeError(`retry must be a whole number of milliseconds, found ${String(ms)}`)
  }
  return `retry: ${ms}\n`
}

/** @throws TypeError */
export function encodeField(field: 'event' | 'id', value: string): string {
  if (typeof value !== 'string' || /[\r\n\0]/.test(value)) {
    throw new TypeError(`${field} must be one line without NUL, found ${JSON.stringify(value)}`)
  }
  return `${field}: ${value}\n`
}

/** Bytes for many clients: encoded once, and framed once for chunked responses. */
export class Frame {
  readonly #content: string | Uint8Array
  #bytes: Uint8Array | undefined
  #chunk: Uint8Array | undefined

  /** Encodes nothing yet: module load creates frames, and a Worker must not do work at that time. */
  constructor(content: string | Uint8Array) {
    this.#content = content
  }

  get bytes(): Uint8Array {
    return (this.#bytes ??=
      typeof this.#content === 'string' ? encodeUtf8(this.#content) : this.#content)
  }

  /** The bytes as one chunk of the chunked transfer coding (RFC 9112 §7.1). */
  get chunk(): Uint8Array {
    return (this.#chunk ??= concatBytes([
      encodeUtf8(`${this.bytes.length.toString(16)}\r\n`),
      this.bytes,
      CRLF,
    ]))
  }
}

const CRLF = Uint8Array.of(13, 10)

// Exists on every platform, unlike Node's Buffer. It is a value but no type in the global scope of `@types/node` 26.
let encoder: InstanceType<typeof TextEncoder> | undefined

export function encodeUtf8(text: string): Uint8Array {
  return (encoder ??= new TextEncoder()).encode(text)
}

/** Node's sockets write a Buffer as it is, and wrap any other Uint8Array for each write. Absent on other platforms. */
const { Buffer: NodeBuffer } = globalThis as {
  Buffer?: { allocUnsafeSlow(size: number): Uint8Array }
}

/** Concatenates byte arrays. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts
  if (parts.length === 1 && first !== undefined) return first
  const size = parts.reduce((sum, { length }) => sum + length, 0)
  const bytes = NodeBuffer?.allocUnsafeSlow(size) ?? new Uint8Array(size)
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

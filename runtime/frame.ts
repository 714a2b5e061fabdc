/** Bytes that many clients get: encoded once, and framed once for those whose responses are chunked. */
export class Frame {
  readonly bytes: Buffer
  #chunk: Buffer | undefined

  constructor(content: string | Buffer) {
    this.bytes = typeof content === 'string' ? Buffer.from(content) : content
  }

  /** As one chunk of HTTP/1.1's chunked coding (RFC 9112 §7.1). */
  get chunk(): Buffer {
    return (this.#chunk ??= Buffer.concat([
      Buffer.from(`${this.bytes.length.toString(16)}\r\n`, 'latin1'),
      this.bytes,
      CRLF,
    ]))
  }
}

const CRLF = Buffer.from('\r\n', 'latin1')

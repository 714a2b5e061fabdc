/** Bytes that many clients get: encoded once, and framed once for those whose responses are chunked. */
export class Frame {
  readonly #content: string | Buffer
  #bytes: Buffer | undefined
  #chunk: Buffer | undefined

  /** Encodes nothing yet: bundles for browsers that take the server half along make frames, and have no Buffer. */
  constructor(content: string | Buffer) {
    this.#content = content
  }

  get bytes(): Buffer {
    return (this.#bytes ??=
      typeof this.#content === 'string' ? Buffer.from(this.#content) : this.#content)
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

const CRLF = Uint8Array.of(13, 10)

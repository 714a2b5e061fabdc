/**
 * Decodes a stream of UTF-8. A character may be split over chunks; a byte order mark at the start is removed.
 *
 * @returns a function that decodes the next chunk
 */
export function createUtf8Decoder(): (chunk: Uint8Array) => string {
  const decoder = new TextDecoder()
  /** In Node a decoder that is never used with `stream` is several times faster. */
  const fastDecoder = new TextDecoder()
  /** Whether the last chunk ended within a line, or there was none. */
  let isWithinLine = true
  return (chunk) => {
    // Characters are split within lines only. A byte order mark that is not at the start of the stream remains.
    const startsLine = !isWithinLine && chunk[0] !== 0xef
    isWithinLine = chunk.at(-1) !== 10
    return startsLine && !isWithinLine
      ? fastDecoder.decode(chunk)
      : decoder.decode(chunk, { stream: true })
  }
}

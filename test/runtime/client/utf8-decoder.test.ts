import { createUtf8Decoder } from '../../../runtime/client/utf8-decoder'

const TEXT = '\uFEFFdata: a\n\ndata: ä€😀\n\n\uFEFFdata: \uFFFD\n\n'

/** What the standard requires: one decoder for the whole stream. */
const decodeStandard = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

function decodeInChunks(bytes: Uint8Array, sizes: () => number): string {
  const decode = createUtf8Decoder()
  let text = ''
  for (let start = 0; start < bytes.length;) {
    const end = start + sizes()
    text += decode(bytes.subarray(start, end))
    start = end
  }
  return text
}

describe('createUtf8Decoder', () => {
  const bytes = new TextEncoder().encode(TEXT)

  it.each([1, 2, 3, 4, 5, 7, 11, 100])(
    'removes only the first byte order mark and joins characters, in chunks of %d bytes',
    (size) => {
      expect(decodeInChunks(bytes, () => size)).toBe(TEXT.slice(1))
    },
  )

  it('decodes random bytes in random chunks as one decoder does', () => {
    let seed = 1
    const random = (limit: number): number => {
      seed = (seed * 48_271) % 0x7fffffff
      return seed % limit
    }
    const interesting = [0x41, 0x0a, 0xc3, 0xa4, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0xef, 0xbb, 0xbf]
    for (let round = 0; round < 3000; round++) {
      const input = Uint8Array.from(
        { length: 1 + random(24) },
        () => interesting[random(interesting.length)] ?? 0x41,
      )
      // The end of the stream is not decoded: an incomplete character is part of an incomplete event.
      const ended = Uint8Array.from([...input, 0x0a])
      expect(decodeInChunks(ended, () => random(5))).toBe(decodeStandard(ended))
    }
  })
})

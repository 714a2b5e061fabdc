import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { shiftCrc32 } from '../../../runtime/hub/crc32'

describe('shiftCrc32', () => {
  it.each([0, 1, 2, 7, 8, 255, 256, 65_535, 1_000_003])(
    'gives the part of a text in front of %d bytes',
    (length) => {
      const [first, second] = [randomBytes(100), randomBytes(length)]
      const both = crc32(Buffer.concat([first, second]))
      expect((shiftCrc32(crc32(first), length) ^ crc32(second)) >>> 0).toBe(both)
    },
  )

  it('accepts a CRC of 32 bits as a negative number, and lengths above 2^32', () => {
    expect(shiftCrc32(-1, 3)).toBe(shiftCrc32(0xffffffff, 3))
    const half = 3 * 2 ** 32
    expect(shiftCrc32(shiftCrc32(0x12345678, half), half)).toBe(shiftCrc32(0x12345678, 2 * half))
  })
})

import { hasUnsupportedIdChar, replaceUnsupportedIdChars } from '../../filters/unicode'

/** Every tenth code point of a script, or so: the ends of ranges and single letters. */
const YOUNG = [
  ...[0x88f, 0x897, 0xc5c, 0x1c89, 0x1c8a, 0x2e2f, 0xa7cb, 0xa7cf, 0xa7f1],
  ...[0x105c0, 0x105f3, 0x10940, 0x1138b, 0x1e5fa, 0x2b73a, 0x2cead, 0x323b0, 0x33479],
].map((point) => String.fromCodePoint(point))

test.each(YOUNG)('some compilers reject the letter %s in a name', (letter) => {
  expect(hasUnsupportedIdChar(`a${letter}`)).toBe(true)
  expect(replaceUnsupportedIdChars(`a${letter}b${letter}c`)).toBe('a b c')
})

// Among them characters next to the ranges.
test.each([...'azAZ059_$ \\u{}-é世あ한я', '\ua7ca', '\u{105f4}', '\u{20000}'])(
  'all compilers agree whether a name may contain %s',
  (letter) => {
    expect(hasUnsupportedIdChar(letter)).toBe(false)
    expect(replaceUnsupportedIdChars(letter)).toBe(letter)
  },
)

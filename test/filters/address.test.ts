import { addressParameters, addressParts, isAmbiguous, isLiteralPath } from '../../filters/address'

describe('addressParts', () => {
  test.each([
    { given: '', want: [] },
    { given: 'a/b', want: [{ text: 'a/b' }] },
    { given: '{x}{y}', want: [{ parameter: 'x' }, { parameter: 'y' }] },
    {
      given: 'a/{x}.{y}/b',
      want: [{ text: 'a/' }, { parameter: 'x' }, { text: '.' }, { parameter: 'y' }, { text: '/b' }],
    },
  ])('$given', ({ given, want }) => {
    expect(addressParts(given)).toEqual(want)
  })
})

describe('addressParameters', () => {
  test.each([
    { given: 'user/signedup', want: [] },
    { given: 'rooms/{roomId}', want: ['roomId'] },
    { given: '/rooms/{roomId}/{resource}', want: ['roomId', 'resource'] },
    { given: 'users/{user-id}', want: ['user-id'] },
    { given: 'a/{x}/b/{x}', want: ['x'] },
    { given: 'a/{}/b', want: [] },
    { given: 'a/{x', want: [] },
    { given: '{a{b}', want: ['b'] },
    { given: '{a}b}', want: ['a'] },
  ])('$given has $want', ({ given, want }) => {
    expect(addressParameters(given)).toEqual(want)
  })
})

describe('isLiteralPath', () => {
  // RFC 3986: unreserved characters, sub-delimiters, and the characters that are allowed between and in segments.
  const ALLOWED = "azAZ09_-.~!$&'()*+,;=:@/?"

  test.each([...ALLOWED])('%s needs no encoding in a URL', (character) => {
    expect(isLiteralPath(`a${character}b`)).toBe(true)
  })

  test.each([...' "#%<>[]\\^`{}|\0\n\u007fé世'])('%j needs encoding', (character) => {
    expect(isLiteralPath(`a${character}b`)).toBe(false)
  })
})

test('an address with many slashes and parameters is read in linear time', () => {
  expect(isAmbiguous(`a${'/'.repeat(200_000)}x${'/{a}'.repeat(5000)}`)).toBe(false)
})

describe('isAmbiguous', () => {
  test.each([
    { given: '{a}{b}', want: true },
    { given: '{a}-{b}', want: true },
    { given: '{a}/{b}', want: false },
    { given: 'x{a}y', want: false },
    { given: '{a}/{b}.{c}', want: true },
    { given: '{a}x/y{b}', want: false },
    { given: '{a', want: false },
  ])('$given: $want', ({ given, want }) => {
    expect(isAmbiguous(given)).toBe(want)
  })
})

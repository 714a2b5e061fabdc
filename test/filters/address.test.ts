import {
  addressParameters,
  isAmbiguous,
  isPath,
  route,
  routeExpression,
} from '../../filters/address'

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

describe('routeExpression', () => {
  test.each([
    { address: 'user/signedup', path: '/user/signedup', want: [] },
    { address: '/user/signedup', path: '/user/signedup', want: [] },
    { address: 'user/signedup', path: '/User/SignedUp/', want: [] },
    { address: 'user/signedup/', path: '/user/signedup', want: [] },
    { address: 'user/signedup', path: '/user/signedup/more', want: null },
    { address: 'user/signedup', path: '/x/user/signedup', want: null },
    { address: 'rooms/{roomId}/events', path: '/rooms/42/events', want: ['42'] },
    { address: 'rooms/{roomId}', path: '/rooms/v1.2', want: ['v1.2'] },
    { address: 'rooms/{roomId}', path: '/rooms/a%2Fb', want: ['a%2Fb'] },
    { address: 'rooms/{roomId}', path: '/rooms/', want: null },
    { address: 'users/{user-id}', path: '/users/7', want: ['7'] },
    { address: 'files/{name}.{kind}', path: '/files/a.b', want: ['a', 'b'] },
    { address: 'files/{name}.{kind}', path: '/files/a.b.c', want: ['a', 'b.c'] },
    { address: '{a}-{b}-{c}/x', path: '/1-2-3-4/x', want: ['1', '2', '3-4'] },
    { address: '{a}-{b}', path: '/--x', want: ['-', 'x'] },
    { address: '{a}+{b}', path: '/a%2Bb', want: ['a', 'b'] },
    { address: '{a}é{b}', path: '/x%C3%A9y', want: ['x', 'y'] },
    { address: '{a}{b}', path: '/%2Fx', want: ['%2F', 'x'] },
    { address: 'v{a}.json', path: '/va.json.json', want: ['a.json'] },
    { address: 'a//b', path: '/a//b', want: [] },
    { address: '//a//', path: '/a', want: [] },
    { address: '-~', path: '/-~/', want: [] },
    { address: 'a#b', path: '/a', want: [] },
    { address: 'a\\{x}', path: '/a%5Cb', want: ['b'] },
    { address: 'a(b)*c?', path: '/a(b)*c', want: [] },
    { address: 'a(b)*c', path: '/a%28b%29%2Ac', want: [] },
    { address: 'a.b', path: '/aXb', want: null },
    { address: 'über/größe', path: '/%C3%BCber/gr%c3%b6%C3%9Fe', want: [] },
    { address: 'a b', path: '/a%20b', want: [] },
    { address: '/', path: '/', want: [] },
    { address: '', path: '/', want: [] },
    { address: '', path: '//', want: null },
    // An encoded slash is text of a segment and not the end of one (RFC 3986 §2.2).
    { address: 'a/b', path: '/a%2Fb', want: null },
    { address: 'orders:created', path: '/orders:created', want: [] },
    { address: 'stream?kind=all', path: '/stream', want: [] },
  ])('$address against $path', ({ address, path, want }) => {
    const match = routeExpression(address).exec(path)
    expect(match === null ? null : match.slice(1)).toEqual(want)
  })
})

describe('route', () => {
  // The expression stands in the generated code, for people to read.
  test.each([
    { address: 'user/sign-up~v2', want: String.raw`/^\/user\/sign-up~v2\/?$/i` },
    {
      address: '/rooms/{roomId}/of/{userId}',
      want: String.raw`/^\/rooms\/([^\/]+?)\/of\/([^\/]+?)\/?$/i`,
    },
    { address: 'größe', want: String.raw`/^\/gr%c3%b6%c3%9fe\/?$/i` },
    { address: 'a\nb', want: String.raw`/^\/a%0ab\/?$/i` },
  ])('$address becomes $want', ({ address, want }) => {
    expect(route(address).text).toBe(want)
  })
})

describe('isPath', () => {
  // RFC 3986: unreserved characters, sub-delimiters, and what may stand between and in segments.
  const ALLOWED = "azAZ09_-.~!$&'()*+,;=:@/?"

  test.each([...ALLOWED])('%s stands in a URL as it is', (character) => {
    expect(isPath(`a${character}b`)).toBe(true)
  })

  test.each([...' "#%<>[]\\^`{}|\0\n\u007fé世'])('%j does not', (character) => {
    expect(isPath(`a${character}b`)).toBe(false)
  })
})

test.each(['{a}-{b}-{c}-{d}-{e}', '{a}{b}{c}{d}{e}', 'x{a}.{b}.json', '{a}/{b}/{c}/{d}'])(
  'a path cannot make the route of %s slow',
  (address) => {
    const route = routeExpression(address)
    // What backtracks would take years for these.
    for (const character of ['-', 'a', '.', '%', '/', '%2d'])
      expect(route.test(`/${character.repeat(50_000)}!/!/!/!/!/!`)).toBe(false)
  },
)

test('an address cannot make its route slow to write', () => {
  const address = `a${'/'.repeat(200_000)}x${'/{a}'.repeat(5000)}`
  expect(routeExpression(address).flags).toBe('i')
  expect(isAmbiguous(address)).toBe(false)
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

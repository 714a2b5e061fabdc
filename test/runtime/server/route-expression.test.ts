import { pathExpression, routerExpression } from '../../../runtime/server/route-expression'

describe('pathExpression', () => {
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
    const match = pathExpression(address).exec(path)
    expect(match === null ? null : match.slice(1)).toEqual(want)
  })
})

test.each([
  { address: 'user/sign-up~v2', want: String.raw`^\/user\/sign-up~v2\/?$` },
  { address: 'a/{x}/of/{y}', want: String.raw`^\/a\/([^/]+?)\/of\/([^/]+?)\/?$` },
  { address: 'größe', want: String.raw`^\/gr%c3%b6%c3%9fe\/?$` },
])('the expression of $address has no unnecessary parts', ({ address, want }) => {
  expect(pathExpression(address).source).toBe(want)
})

describe('routerExpression', () => {
  test.each([
    { settings: {}, path: '/Rooms/7/', want: true },
    { settings: { strict: true }, path: '/Rooms/7/', want: false },
    { settings: { strict: true }, path: '/Rooms/7', want: true },
    { settings: { caseSensitive: true }, path: '/Rooms/7', want: false },
    { settings: { caseSensitive: true }, path: '/rooms/7/', want: true },
  ])('rooms/{roomId} against $path with $settings: $want', ({ settings, path, want }) => {
    expect(routerExpression('rooms/{roomId}', settings).test(path)).toBe(want)
  })

  test.each(['rooms/{roomId}/of/{userId}', '{a}-{b}', '{a}{b}', 'a(b)'])(
    '%s has no groups',
    (address) => {
      const path = '/rooms/1/of/2'
      const expression = new RegExp(`${routerExpression(address, {}).source}|`)
      expect(expression.exec(path)).toHaveLength(1)
    },
  )
})

test.each(['{a}-{b}-{c}-{d}-{e}', '{a}{b}{c}{d}{e}', 'x{a}.{b}.json', '{a}/{b}/{c}/{d}'])(
  'a path cannot make the route of %s slow',
  (address) => {
    const route = pathExpression(address)
    // What backtracks would take years for these.
    for (const character of ['-', 'a', '.', '%', '/', '%2d'])
      expect(route.test(`/${character.repeat(50_000)}!/!/!/!/!/!`)).toBe(false)
  },
)

test('an address cannot make its route slow to write', () => {
  const address = `a${'/'.repeat(200_000)}x${'/{a}'.repeat(5000)}`
  expect(pathExpression(address).flags).toBe('i')
})

import { buildServers } from '../../../pipeline/document/servers'

const serverOf = (server: object) => buildServers({ servers: { s: server } })[0]

test('a variable that the document does not describe is required', () => {
  expect(serverOf({ host: '{x}.example.com', protocol: 'https' })?.variables).toEqual([
    { name: 'x', description: undefined, values: [], hasDefault: false, default: undefined },
  ])
})

test.each([
  ['https://api.example.com/', '/v1/', 'https://api.example.com/v1/'],
  ['api.example.com/', 'v1', 'https://api.example.com/v1'],
  ['api.example.com/', undefined, 'https://api.example.com/'],
])('host %s and pathname %s have one slash between them', (host, pathname, url) => {
  expect(serverOf({ host, pathname, protocol: 'https' })?.url).toBe(url)
})

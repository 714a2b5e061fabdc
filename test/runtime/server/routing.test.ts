import { createHub, registerSend } from './support/express'
import { channelAt, parametersOf, rooms, signups } from './support/channels'
import { EXPRESSES, Hosts } from './support/host'

describe.each(EXPRESSES)('Routes under Express %s', (_, express) => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  /** Serves a channel that sends the parameters of its callback. */
  async function echo(
    channel: ReturnType<typeof channelAt>,
    { mount = '', settings = {} }: { mount?: string; settings?: object } = {},
  ): Promise<string> {
    const router = express.Router(settings)
    registerSend(channel, router, (_req, _res, _next, parameters, sendEvent) => {
      void sendEvent(parameters)
      sendEvent.close()
    })
    const app = express()
    app.use(mount === '' ? '/' : mount, router)
    return hosts.serve(app)
  }

  const one = (address: string, name: string) => channelAt(address, parametersOf([name]))

  it.each([
    ['a plain path', 'rooms/{roomId}/events', '/rooms/7/events', { roomId: '7' }],
    [
      'an address with a leading slash',
      '/rooms/{roomId}/events',
      '/rooms/7/events',
      { roomId: '7' },
    ],
    ['a trailing slash', 'rooms/{roomId}/events', '/rooms/7/events/', { roomId: '7' }],
    ['another case', 'rooms/{roomId}/events', '/ROOMS/Ab/Events', { roomId: 'Ab' }],
    ['a query', 'rooms/{roomId}/events', '/rooms/7/events?a=/x', { roomId: '7' }],
    ['a dot', 'files/{name}', '/files/v1.2', { name: 'v1.2' }],
    ['an encoded slash', 'files/{name}', '/files/a%2Fb', { name: 'a/b' }],
    ['an encoded percent sign', 'files/{name}', '/files/100%25', { name: '100%' }],
    ['other scripts', 'files/{name}', '/files/%C3%BC%E2%82%AC', { name: 'ü€' }],
    ['a plus sign', 'files/{name}', '/files/a+b', { name: 'a+b' }],
    ['a name with a hyphen', 'users/{user-id}', '/users/4', { 'user-id': '4' }],
    ['two parameters', 'a/{x}/b/{y}', '/a/1/b/2', { x: '1', y: '2' }],
    ['a literal that paths of Express give a meaning', 'a(b)*+/{x}', '/a(b)*+/1', { x: '1' }],
    ['a literal that is encoded', 'é/{x}', '/%C3%A9/1', { x: '1' }],
  ])('take %s', async (__, address, path, parameters) => {
    const names = Object.keys(parameters)
    const url = await echo(channelAt(address, parametersOf(names)))
    const client = await hosts.open(url + path)
    expect(client.status).toBe(200)
    await client.ended()
    expect(client.data).toEqual([JSON.stringify(parameters)])
  })

  it('work below a mount, and with parameters in the mount', async () => {
    const url = await echo(one('rooms/{roomId}/events', 'roomId'), { mount: '/api/:version' })
    const client = await hosts.open(`${url}/api/v2/rooms/7/events`)
    await client.ended()
    expect(client.data).toEqual(['{"roomId":"7"}'])
  })

  it('give null if the channel has no parameters', async () => {
    const client = await hosts.open(`${await echo(channelAt('plain'))}/plain`)
    await client.ended()
    expect(client.data).toEqual(['null'])
  })

  it('follow a router that is strict or case-sensitive', async () => {
    const settings = { strict: true, caseSensitive: true }
    const url = await echo(one('rooms/{roomId}', 'roomId'), { settings })
    expect((await hosts.open(`${url}/rooms/1/`)).status).toBe(404)
    expect((await hosts.open(`${url}/Rooms/1`)).status).toBe(404)
    expect((await hosts.open(`${url}/rooms/1`)).status).toBe(200)
  })

  it('follow an application that is strict or case-sensitive', async () => {
    const app = express()
    app.enable('strict routing')
    app.enable('case sensitive routing')
    registerSend(signups, app, (_req, _res, _next, _parameters, sendEvent) => sendEvent.close())
    const url = await hosts.serve(app)
    expect((await hosts.open(`${url}/user/signedup/`)).status).toBe(404)
    expect((await hosts.open(`${url}/User/signedup`)).status).toBe(404)
  })

  it('leave other paths to other handlers', async () => {
    const url = await echo(one('rooms/{roomId}/events', 'roomId'))
    for (const path of [
      '/',
      '/rooms/1',
      '/rooms//events',
      '/rooms/1/2/events',
      '/x/rooms/1/events',
    ]) {
      expect((await hosts.open(url + path)).status).toBe(404)
    }
  })

  it.each([
    ['is not percent-encoded', '/files/%zz', 'name'],
    ['is not UTF-8', '/files/%ff', 'name'],
    ['is not in the enum', '/kinds/other', 'kind'],
  ])('answer 400 with the name of a parameter that %s', async (__, path, parameter) => {
    const app = express()
    for (const channel of [
      one('files/{name}', 'name'),
      channelAt('kinds/{kind}', parametersOf(['kind'], { kind: ['a', 'b'] })),
    ]) {
      createHub(channel).register(app)
    }
    const client = await hosts.open((await hosts.serve(app)) + path)
    expect(client.status).toBe(400)
    expect(client.headers['content-type']).toMatch('application/problem+json')
    expect(JSON.parse(await client.ended())).toMatchObject({
      status: 400,
      title: 'Bad Request',
      parameter,
      detail: expect.stringContaining(`"${parameter}"`) as string,
    })
  })

  it('serve a hub and a callback side by side', async () => {
    const app = express()
    const router = express.Router()
    const hub = createHub(rooms)
    hosts.finally(() => hub.close())
    hub.register(router)
    registerSend(signups, router, (_req, _res, _next, _parameters, sendEvent) => {
      void sendEvent({ user: 'b' })
    })
    app.use(router)
    const url = await hosts.serve(app)
    const [room, signup] = [
      await hosts.open(`${url}/rooms/1/events`),
      await hosts.open(`${url}/user/signedup`),
    ]
    void hub.publish({ user: 'a' }, { event: 'left', parameters: { roomId: '1' } })
    expect((await room.count(1)).events).toMatchObject([{ event: 'left', data: '{"user":"a"}' }])
    expect((await signup.count(1)).events).toMatchObject([{ data: '{"user":"b"}' }])
  })
})

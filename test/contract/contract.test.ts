import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Http2Client, RawClient, type OpenOptions } from '../runtime/server/support/client'
import { deferred } from '../runtime/server/support/host'
import { scratchFolder } from '../support/folder'
import { whenInstalled } from '../support/requirement'
import { DIFFERENCES, type Difference } from './support/differences'
import { HOSTS } from './support/hosts'
import type { Running } from './support/run'
import { WORKERD, workerdLaunch } from './support/runtime-hosts'
import { bundle, RuntimeProcess } from './support/runtime-process'
import { signups } from '../runtime/server/support/channels'
import { chat, type ScenarioName, type ScenarioOptions } from './support/scenarios'

// Required behavior of every host. `has` names what a host cannot do; docs/compatibility.md lists these differences.

type Client = RawClient | Http2Client

const INSTALL = 'npm ci --prefix test/compat'

/** A text of about 800 bytes that differs from those of other numbers. A client gets compressed events after 8 KiB. */
const compressible = (n: number): string =>
  Array.from(
    { length: 25 },
    (_, part) => `account ${(n * 7919 + part * 31) % 997} has paid: ${part}`,
  ).join(', ')

for (const host of HOSTS) {
  const describeHost =
    host.program === undefined ? describe : whenInstalled(host.name, host.program, INSTALL)
  describeHost(host.name, () => {
    const clients: Client[] = []
    const runs: Running[] = []
    const has = (difference: Difference): boolean => host.differences.includes(difference)

    afterEach(async () => {
      for (const client of clients.splice(0)) client.close()
      for (const run of runs.splice(0)) await run.stop()
    })
    afterAll(() => host.close?.())

    async function start<Name extends ScenarioName>(
      name: Name,
      options: ScenarioOptions<Name>,
    ): Promise<Running> {
      const run = await host.start(name, options)
      runs.push(run)
      return run
    }

    async function open({ url }: Running, path: string, options?: OpenOptions): Promise<Client> {
      const type = host.isHttp2 === true ? Http2Client : RawClient
      const client = await type.open(url + path, options)
      clients.push(client)
      return client
    }

    const ask = (run: Running, body: string, headers: Record<string, string> = {}) =>
      open(run, '/chat', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      })

    async function problem(client: Client): Promise<unknown> {
      const text = await client.ended()
      expect(client.headers['content-type']).toBe('application/problem+json')
      return JSON.parse(text)
    }

    it('sends headers and a first line together, then each event to the clients of its room', async () => {
      const run = await start('hub', {})
      const [seven, eight] = [
        await open(run, '/rooms/7/events'),
        await open(run, '/rooms/8/events'),
      ]
      expect(seven.status).toBe(200)
      expect(seven.headers).toMatchObject({
        'content-type': 'text/event-stream',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
        'eventsource-heartbeat': '15000',
      })
      await seven.until(({ text }) => text.startsWith('retry: '))
      await run.run('publish', 'ada', '7')
      await run.run('publish', 'bob', '8')
      if (has('separatesRequests')) {
        await wait(500)
        expect([...seven.data, ...eight.data]).toEqual([])
        return
      }
      expect((await seven.count(1)).data).toEqual(['{"user":"ada"}'])
      expect((await eight.count(1)).data).toEqual(['{"user":"bob"}'])
      expect(seven.events[0]).toMatchObject({ event: 'joined' })
    })

    it('decodes parameters, and answers 400 with the name of a wrong one', async () => {
      const run = await start('parameters', undefined)
      await (await open(run, '/rooms/a%20b%2Fc/events?x=1')).count(1)
      expect(await run.reports('parameters')).toEqual([{ roomId: 'a b/c' }])
      expect((await open(run, '/rooms/7/others')).status).toBe(404)
      const wrong = await open(run, `/rooms/${'x'.repeat(1025)}/events`)
      expect(wrong.status).toBe(has('limitsParameters') ? 414 : 400)
      if (has('limitsParameters')) return
      expect(await problem(wrong)).toMatchObject({ status: 400, parameter: 'roomId' })
    })

    it('answers 400 to a parameter that is not percent-encoded UTF-8', async () => {
      const run = await start('parameters', undefined)
      const client = await open(run, '/rooms/%ff/events')
      expect(client.status).toBe(400)
      if (has('refusesMalformedPaths')) {
        expect(client.headers['content-type']).not.toBe('application/problem+json')
      } else {
        expect(await problem(client)).toMatchObject({ status: 400, parameter: 'roomId' })
      }
    })

    it.each([
      [false, 401],
      [401, 401],
      [403, 403],
    ] as const)('refuses before 200 if authorize returns %p', async (result, status) => {
      const run = await start('authorize', { result })
      const client = await open(run, '/rooms/7/events', {
        headers: { origin: 'https://app.example' },
      })
      expect(client.status).toBe(status)
      expect(client.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined)
      expect(client.headers['access-control-allow-origin']).toBe('*')
      expect(client.headers['access-control-expose-headers']).toContain('Retry-After')
      expect(await problem(client)).toMatchObject({ status })
      expect(await run.reports('called')).toEqual([])
    })

    it('uses the object that authorize returns as the identity', async () => {
      const run = await start('identity', undefined)
      await open(run, '/rooms/7/events')
      expect(await run.reported('identity')).toEqual({ room: '7' })
    })

    it.each(['returns undefined', 'rejects with undefined', 'throws'] as const)(
      'answers 500 if authorize %s',
      async (how) => {
        const run = await start('failingAuthorize', how)
        const client = await open(run, '/rooms/7/events')
        expect(client.status).toBe(500)
        expect(await client.ended()).not.toContain('retry:')
        expect(await run.reports('called')).toEqual([])
      },
    )

    it('answers preflights and HEAD, and refuses other types', async () => {
      const run = await start('hub', {
        cors: { origin: ['https://app.example'], credentials: true },
      })
      const path = '/rooms/7/events'
      const headers = { origin: 'https://app.example', 'access-control-request-method': 'GET' }
      const preflight = await open(run, path, { method: 'OPTIONS', headers })
      expect(preflight.status).toBe(204)
      expect(preflight.headers).toMatchObject({
        'access-control-allow-origin': 'https://app.example',
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET, HEAD',
        allow: 'GET, HEAD, OPTIONS',
        vary: 'Origin',
      })
      expect(preflight.headers['access-control-allow-headers']).toContain('Last-Event-ID')
      const other = await open(run, path, {
        method: 'OPTIONS',
        headers: { origin: 'https://other.example' },
      })
      expect(other.headers['access-control-allow-origin']).toBeUndefined()
      const head = await open(run, path, { method: 'HEAD' })
      expect([head.status, head.headers['content-type']]).toEqual([200, 'text/event-stream'])
      expect(await head.ended()).toBe('')
      const html = await open(run, path, { headers: { accept: 'text/html' } })
      expect(html.status).toBe(406)
      expect(await problem(html)).toMatchObject({ status: 406 })
      expect(await run.run('size')).toBe(0)
    })

    it('answers 500 if the check of an origin throws, and serves other requests', async () => {
      const run = await start('throwingOrigin', undefined)
      const path = '/rooms/7/events'
      for (const method of ['OPTIONS', 'GET']) {
        expect((await open(run, path, { method, headers: { origin: 'null' } })).status).toBe(500)
      }
      expect((await open(run, path)).status).toBe(200)
    })

    it('answers 405 to another method, or passes it on', async () => {
      const run = await start('hub', {})
      const post = await open(run, '/rooms/7/events', { method: 'POST' })
      expect(post.status).toBe(has('fallsThrough') ? 404 : 405)
      if (!has('fallsThrough')) expect(post.headers.allow).toBe('GET, HEAD')
    })

    it('refuses a path and query that are too long', async () => {
      const run = await start('hub', {})
      expect((await open(run, `/rooms/7/events?q=${'x'.repeat(9000)}`)).status).toBe(414)
    })

    it('reads and validates a body, and ends the stream with the callback', async () => {
      const run = await start('body', {})
      const client = await ask(run, '{"question":"what now"}')
      expect(client.status).toBe(200)
      await client.ended()
      expect(client.data).toEqual(['"what"', '"now"', '[DONE]'])
      expect(client.isComplete).toBe(true)
      expect(await run.reports('body')).toEqual([{ question: 'what now' }])
    })

    it('refuses an invalid body before 200', async () => {
      const run = await start('body', { maxBodyBytes: 1000 })
      const invalid = await ask(run, '{"answer":1}')
      expect(invalid.status).toBe(400)
      expect(await problem(invalid)).toMatchObject({ status: 400, pointer: '/question' })
      const long = await ask(run, JSON.stringify({ question: 'x'.repeat(1000) }))
      expect(long.status).toBe(413)
      expect((await ask(run, '{"question":')).status).toBe(400)
      expect((await ask(run, 'a', { 'content-type': 'image/png' })).status).toBe(415)
      expect((await open(run, '/chat', { method: 'POST' })).status).toBe(400)
      expect(await run.reports('body')).toEqual([])
    })

    it('answers the preflight of a request with a body', async () => {
      const run = await start('body', {})
      const headers = { origin: 'https://app.example', 'access-control-request-method': 'POST' }
      const preflight = await open(run, '/chat', { method: 'OPTIONS', headers })
      expect(preflight.status).toBe(204)
      expect(preflight.headers['access-control-allow-methods']).toBe('POST')
      expect(preflight.headers['access-control-allow-headers']).toContain('Content-Type')
    })

    it('aborts the response of a request that fails after its first event', async () => {
      const run = await start('brokenOff', undefined)
      const client = await ask(run, '{"question":"a"}')
      expect(client.status).toBe(200)
      await client.ended()
      expect(client.data).toEqual(['"first"'])
      expect(client.isComplete).toBe(false)
      expect(await run.reports('error')).toEqual(['Error: the model failed'])
    })

    it('resumes after the last event ID, and reports a gap', async () => {
      const run = await start('hub', { history: { maxEvents: 2 } })
      const path = '/rooms/7/events'
      const first = await open(run, path)
      await first.until(({ lastEventId }) => lastEventId !== '')
      const position = first.lastEventId
      first.close()
      const ids: unknown[] = []
      for (const user of ['a', 'b', 'c']) ids.push(await run.run('publish', user, '7'))
      const resumed = await open(run, path, { headers: { 'last-event-id': String(ids[0]) } })
      expect((await resumed.count(2)).data).toEqual(['{"user":"b"}', '{"user":"c"}'])
      expect(resumed.headers['eventsource-gap']).toBeUndefined()
      const late = await open(run, path, { headers: { 'last-event-id': position } })
      expect(late.headers['eventsource-gap']).toBe('1')
      expect((await late.count(2)).data).toEqual(['{"user":"b"}', '{"user":"c"}'])
    })

    it('compresses a stream if the client accepts gzip', async () => {
      const run = await start('hub', {
        isCompressed: true,
        cors: { origin: ['https://a.example'] },
      })
      const path = '/rooms/7/events'
      const headers = { origin: 'https://a.example', 'accept-encoding': 'br, gzip' }
      for (const method of ['GET', 'HEAD']) {
        const compressed = await open(run, path, { method, headers })
        expect(compressed.headers).toMatchObject({
          'content-type': 'text/event-stream',
          'content-encoding': 'gzip',
          vary: 'Origin, Accept-Encoding',
        })
        const plain = await open(run, path, { method, headers: { 'accept-encoding': 'br' } })
        expect(plain.headers['content-encoding']).toBeUndefined()
        expect(plain.headers.vary).toContain('Accept-Encoding')
      }
    })

    it('sends compressed events that each client can decode at once, also after it has joined late or resumed', async () => {
      // Such a host cannot serve hubs, see the first test.
      if (has('separatesRequests')) return
      const run = await start('hub', { isCompressed: true })
      const streams: { readonly client: Client; readonly from: number }[] = []
      async function join(from: number, headers: Record<string, string>): Promise<Client> {
        const client = await open(run, '/rooms/7/events', { headers })
        await client.until(({ text }) => text.startsWith('retry: '))
        streams.push({ client, from })
        return client
      }
      const gzip = { 'accept-encoding': 'gzip' }
      const [plain, compressed] = [await join(0, {}), await join(0, gzip)]
      const ids: string[] = []
      for (let n = 0; n < 60; n++) {
        if (n === 20) await join(n, gzip)
        if (n === 40) await join(30, { ...gzip, 'last-event-id': String(ids[29]) })
        ids.push(String(await run.run('publish', compressible(n), '7')))
        await Promise.all(streams.map(({ client, from }) => client.count(n + 1 - from)))
      }
      expect(compressed.size).toBeLessThan(plain.size / 2)
      await run.run('close')
      for (const { client, from } of streams) {
        await client.ended()
        expect(client.events.map(({ id }) => id)).toEqual(ids.slice(from))
        expect(client.data).toEqual(plain.data.slice(from))
        // The decoder has verified the checksum and the length at the end.
        expect(client.codingError).toBeUndefined()
        expect(client.isComplete).toBe(true)
      }
      expect(plain.data).toEqual(ids.map((_, n) => JSON.stringify({ user: compressible(n) })))
    })

    it('reads a last event ID that is not ASCII', async () => {
      const run = await start('lastEventId', undefined)
      const id = Buffer.from('é😀').toString('latin1')
      await open(run, '/user/signedup', { headers: { 'last-event-id': id } })
      expect(await run.reported('id')).toBe('é😀')
    })

    it('bounds the memory of a client that does not read, and lets it catch up', async () => {
      // Such a host cannot serve hubs, see the first test.
      if (has('separatesRequests')) return
      const run = await start('hub', {})
      const [fast, slow] = [await open(run, '/rooms/7/events'), await open(run, '/rooms/7/events')]
      slow.response.pause()
      for (let n = 0; n < 100; n++) {
        await run.run('publishLarge', String(n), '7', '50000')
        await fast.count(n + 1)
      }
      expect(slow.events.length).toBeLessThan(100)
      slow.response.resume()
      expect((await slow.count(100)).data).toEqual(fast.data)
    })

    it('makes sendEvent wait for a client that does not read', async () => {
      const run = await start('largeEvents', { count: 400 })
      const client = await open(run, '/user/signedup')
      client.response.pause()
      await run.reported('blocked')
      expect(await run.run('sent')).toBeLessThan(400)
      client.response.resume()
      await client.count(400)
    }, 30_000)

    it('detects within a second that a client has disconnected', async () => {
      const run = await start('disconnect', has('detectsAtWrite') ? { heartbeat: 200 } : {})
      const client = await open(run, '/user/signedup')
      await client.count(1)
      const closed = performance.now()
      client.close()
      await run.reported('disconnected')
      expect(performance.now() - closed).toBeLessThan(1000)
    })

    it('resolves sendEvent to false after the client has disconnected', async () => {
      const run = await start('sending', undefined)
      const client = await open(run, '/user/signedup')
      await client.count(2)
      client.close()
      if (has('stopsCallbacks')) {
        await wait(500)
        expect(await run.reports('disconnected')).toEqual([])
      } else {
        await run.reported('disconnected')
      }
    })

    it('sends heartbeats, and ends a stream after maxDuration', async () => {
      const run = await start('times', { heartbeat: 50, maxDuration: 400 })
      const client = await open(run, '/user/signedup')
      expect(client.headers['eventsource-heartbeat']).toBe('50')
      await client.until(({ comments }) => comments.length >= 2)
      await client.ended()
      expect(client.isComplete).toBe(true)
    })

    it('refuses more clients than maxConnections, pending ones included', async () => {
      const run = await start('pendingAuthorize', { maxConnections: 2 })
      const requests = [1, 2, 3].map(() => open(run, '/user/signedup'))
      if (has('separatesRequests')) {
        const statuses = (await Promise.all(requests)).map(({ status }) => status)
        expect(statuses).not.toContain(200)
        return
      }
      const refused = await Promise.race(requests)
      expect(refused.status).toBe(503)
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
      await run.run('authorizeAll')
      const opened = await Promise.all(requests)
      expect(opened.map(({ status }) => status).sort()).toEqual([200, 200, 503])
      expect((await open(run, '/user/signedup')).status).toBe(503)
    })

    it('counts connections by key, and requires a key if there is no remote address', async () => {
      const without = await start('perKey', { hasKey: false })
      expect(await without.reports('error')).toEqual(
        has('noRemoteAddress') ? [expect.stringContaining('connectionKey')] : [],
      )
      const run = has('noRemoteAddress') ? await start('perKey', { hasKey: true }) : without
      expect((await open(run, '/user/signedup')).status).toBe(200)
      expect((await open(run, '/user/signedup')).status).toBe(429)
    })

    it('releases slots after refusals and failures', async () => {
      const run = await start('failures', { failures: 3 })
      for (let n = 0; n < 3; n++) {
        const failed = await open(run, '/user/signedup')
        expect(failed.status).toBe(500)
        await failed.ended()
      }
      expect((await open(run, '/user/signedup')).status).toBe(200)
    })

    it('ends the streams of a signal with a time to reconnect, and refuses new ones', async () => {
      const run = await start('shutdown', undefined)
      const client = await open(run, '/user/signedup')
      await client.until(({ text }) => text.endsWith('\n\n'))
      await run.run('abort')
      expect((await client.ended()).match(/retry: /g)).toHaveLength(2)
      expect(client.isComplete).toBe(true)
      expect((await open(run, '/user/signedup')).status).toBe(503)
    })

    it.each(['first event', 'authorize'] as const)(
      'refuses requests that wait for the %s when the server shuts down',
      async (waitsFor) => {
        // Such a host cannot respond to one request when another one is served.
        if (has('separatesRequests')) return
        const run = await start('shutdownBefore', waitsFor)
        const get = open(run, '/user/signedup')
        const post = ask(run, '{"question":"a"}')
        for (const { name } of [signups, chat]) await run.reported(name)
        await run.run('abort')
        for (const { status, headers } of [await get, await post]) {
          expect(status).toBe(503)
          expect(headers['retry-after']).toMatch(/^\d$/)
        }
        expect(await run.reports('error')).toEqual([])
      },
    )

    it('reports an error of a callback whose stream has ended, and completes the response', async () => {
      const run = await start('failsAfterEnd', undefined)
      const client = await open(run, '/user/signedup')
      await client.ended()
      expect(client.data).toEqual(['{"user":"ada"}'])
      expect(client.isComplete).toBe(true)
      expect(await run.reported('error')).toBe('Error: cleanup failed')
    })

    it('ends the streams of a hub with a time to reconnect, and refuses new ones', async () => {
      const run = await start('hub', {})
      const client = await open(run, '/rooms/7/events')
      await client.until(({ text }) => text.endsWith('\n\n'))
      await run.run('close')
      expect((await client.ended()).match(/retry: /g)).toHaveLength(2)
      expect(client.isComplete).toBe(true)
      expect((await open(run, '/rooms/7/events')).status).toBe(503)
    })

    it('shuts down within closeTimeout although a client does not close its half', async () => {
      const run = await start('hub', { closeTimeout: 300 })
      if (host.isHttp2 === true) {
        const client = await open(run, '/rooms/7/events')
        client.response.pause()
      } else {
        const { hostname, port } = new URL(run.url)
        const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
        try {
          socket.write('GET /rooms/7/events HTTP/1.1\r\nHost: a\r\n\r\n')
          const opened = deferred()
          socket.once('data', () => opened.resolve())
          await opened.promise
          socket.pause()
          await expectShutdown(run)
        } finally {
          socket.destroy()
        }
        return
      }
      await expectShutdown(run)
    })

    async function expectShutdown(run: Running): Promise<void> {
      const started = performance.now()
      await run.stop()
      expect(performance.now() - started).toBeLessThan(3000)
    }
  })
}

whenInstalled(
  'workerd without nodejs_compat',
  WORKERD,
  INSTALL,
)('Compression on workerd without nodejs_compat', () => {
  it('is an error that names the missing module', async () => {
    const folder = scratchFolder()
    await bundle(join(__dirname, 'support/runtimes/workerd.ts'), join(folder, 'server.js'))
    const { program, args, read } = workerdLaunch(folder)
    await expect(RuntimeProcess.start(program, args, read)).rejects.toThrow(
      'No such module "node:zlib"',
    )
  })
})

it('docs/compatibility.md lists the differences of every host', () => {
  const rows = Object.entries(DIFFERENCES).map(([difference, text]) => {
    const names = HOSTS.filter(({ differences }) => differences.includes(difference as Difference))
    return [names.map(({ name }) => name).join(', '), text]
  })
  const page = readFileSync(join(__dirname, '../../docs/compatibility.md'), 'utf8')
  const [, section = ''] = /^## Hosts$(.*?)^## /ms.exec(page) ?? []
  const cells = section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  expect(cells).toEqual(rows)
})

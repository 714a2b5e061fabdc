import { questionBody, word, type Question } from '../support/question'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import express4 from 'express4'
import { registerSend, type RequestWithBody } from '../../runtime/express'
import { createFetchHandler } from '../../runtime/fetch'
import { createNodeHandler } from '../../runtime/node'
import type { SendEvent, ServerChannel } from '../../runtime/server/types'
import { parametersOf } from '../runtime/server/support/channels'

interface Events {
  token: string
  failed: string
}

const channel: ServerChannel<Events, never, null> = {
  name: 'Chat',
  address: 'chat',
  parameters: null,
  events: [
    { type: 'token', model: word },
    { type: 'failed', model: word, isTerminal: true },
  ],
  sendsEventName: true,
  method: 'POST',
  sentinels: ['[DONE]'],
  body: questionBody,
  validate: true,
}

type Serve = (body: Question, sendEvent: SendEvent<Events, never>) => void | Promise<void>

const servers: Server[] = []

afterEach(async () => {
  await Promise.all(
    servers.splice(0).map(
      (server) =>
        new Promise((resolve) => {
          server.close(resolve)
          server.closeAllConnections()
        }),
    ),
  )
})

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const options = { cors: true, maxBodyBytes: 1000, onError: () => undefined } as const

/** Sends a request to a host that serves the channel. */
type Send = (path: string, init: RequestInit) => Promise<Response>

type Start = (serve: Serve, more?: { signal?: AbortSignal; maxDuration?: number }) => Promise<Send>

const hosts: [string, Start][] = [
  ...[express, express4 as unknown as typeof express].flatMap((make, index): [string, Start][] => {
    const build =
      (hasParser: boolean): Start =>
      async (serve, more) => {
        const app = make()
        if (hasParser) app.use(make.json())
        registerSend(
          channel,
          app,
          (req: RequestWithBody<Question>, _res, _next, _parameters, sendEvent) =>
            serve(req.body, sendEvent),
          { ...options, ...more },
        )
        const url = await listen(app)
        return (path, init) => fetch(url + path, init)
      }
    const version = index === 0 ? 5 : 4
    return [
      [`Express ${version}`, build(false)],
      [`Express ${version} with express.json()`, build(true)],
    ]
  }),
  [
    'node:http',
    async (serve, more) => {
      const handle = createNodeHandler(
        channel,
        (request, _response, _parameters, sendEvent) =>
          serve((request as { body?: Question }).body as Question, sendEvent),
        { ...options, ...more },
      )
      const url = await listen((request, response) => {
        if (!handle(request, response)) response.writeHead(404).end()
      })
      return (path, init) => fetch(url + path, init)
    },
  ],
  [
    'fetch',
    (serve, more) => {
      const handle = createFetchHandler(
        channel,
        ({ body: content, sendEvent }) => serve(content as Question, sendEvent),
        { ...options, ...more },
      )
      return Promise.resolve((path, init) => handle(new Request(`http://localhost${path}`, init)))
    },
  ],
]

const json = { 'Content-Type': 'application/json' }
const post = (content: string, headers: Record<string, string> = json): RequestInit => ({
  method: 'POST',
  headers,
  body: content,
})

/** The events of a response: what is between the first line and the end. */
async function eventsOf(response: Response): Promise<string> {
  return (await response.text()).replace(/^retry: \d+\n\n/, '')
}

describe.each(hosts)('%s', (_, start) => {
  test('reads the body, sends events, and ends with the sentinel', async () => {
    const bodies: unknown[] = []
    const send = await start(async (content, sendEvent) => {
      bodies.push(content)
      await sendEvent('a', { event: 'token' })
      await sendEvent('b', { event: 'token' })
    })
    const response = await send('/chat', post('{"question":"why?"}'))
    expect(response.status).toBe(200)
    expect(await eventsOf(response)).toBe(
      'event: token\ndata: "a"\n\nevent: token\ndata: "b"\n\ndata: [DONE]\n\n',
    )
    expect(bodies).toEqual([{ question: 'why?' }])
  })

  test('ends the stream with a terminal event', async () => {
    const later: (boolean | undefined)[] = []
    const send = await start(async (_content, sendEvent) => {
      await sendEvent('no', { event: 'failed' })
      later.push(await sendEvent('late', { event: 'token' }))
    })
    const response = await send('/chat', post('{"question":"why?"}'))
    expect(await eventsOf(response)).toBe('event: failed\ndata: "no"\n\ndata: [DONE]\n\n')
    expect(later).toEqual([false])
  })

  const controller = new AbortController()
  test.each([
    ['an error', {}],
    ['a shutdown', { signal: controller.signal }],
    ['maxDuration', { maxDuration: 100 }],
  ])('breaks the response off after %s, without the sentinel', async (reason, more) => {
    const send = await start(async (_content, sendEvent) => {
      await sendEvent('a', { event: 'token' })
      if (reason === 'an error') throw new Error('the model failed')
      if (reason === 'a shutdown') setTimeout(() => controller.abort(), 50)
      await new Promise((resolve) => sendEvent.signal.addEventListener('abort', resolve))
    }, more)
    const response = await send('/chat', post('{"question":"why?"}'))
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let received = ''
    const read = async (): Promise<void> => {
      for (let part; reader && !(part = await reader.read()).done;) received += part.value
    }
    await expect(read()).rejects.toThrow()
    expect(received).toContain('"a"')
    expect(received).not.toContain('[DONE]')
  })

  test.each([
    ['no JSON', post('{"question"'), 400, undefined],
    ['against the schema', post('{"question":1}'), 400, '/question'],
    ['empty', { method: 'POST', headers: json }, 400, undefined],
    [
      'of another type',
      post('a=b', { 'Content-Type': 'application/x-www-form-urlencoded' }),
      415,
      undefined,
    ],
    ['too large', post(JSON.stringify({ question: 'x'.repeat(2000) })), 413, undefined],
  ])('refuses a body that is %s', async (what, init, status, pointer) => {
    let calls = 0
    const send = await start(() => void (calls += 1))
    const response = await send('/chat', init)
    // express.json() has a limit and an answer of its own.
    const isParsed = /json\(\)/.test(expect.getState().currentTestName ?? '')
    if (isParsed && (what === 'no JSON' || what === 'too large')) return
    expect(calls).toBe(0)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({
      status,
      ...(pointer !== undefined && { pointer }),
    })
  })

  test('a preflight allows the method and the headers', async () => {
    const send = await start(() => undefined)
    const response = await send('/chat', {
      method: 'OPTIONS',
      headers: { Origin: 'https://a.example', 'Access-Control-Request-Method': 'POST' },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-methods')).toBe('POST')
    expect(response.headers.get('access-control-allow-headers')).toMatch(
      /Content-Type, Idempotency-Key/,
    )
  })

  test('GET is not the stream', async () => {
    const send = await start(() => undefined)
    const { status } = await send('/chat', {})
    expect([404, 405]).toContain(status)
  })
})

test('channels on one address are distinguished by their query, and literal routes precede parameters', async () => {
  const get = {
    name: 'x',
    events: [{ type: 'token', model: word }],
    sendsEventName: false,
    validate: true,
  } as const
  const one: ServerChannel<{ token: string }, string, null> = {
    ...get,
    parameters: null,
    address: 'runs',
    queryConstants: { mode: 'one' },
  }
  const two: ServerChannel<{ token: string }, string, null> = {
    ...one,
    queryConstants: { mode: 'two' },
  }
  const open: ServerChannel<{ token: string }, string, { page: string }> = {
    ...get,
    parameters: parametersOf(['page']),
    address: '{page}',
    moreSpecific: ['runs'],
  }
  const app = express()
  const serve = <Params>(
    name: string,
    target: ServerChannel<{ token: string }, string, Params>,
  ): void => {
    registerSend(target, app, async (_req, _res, _next, _parameters, sendEvent) => {
      await sendEvent(name)
      sendEvent.close()
    })
  }
  serve('open', open)
  serve('one', one)
  serve('two', two)
  const url = await listen(app)
  const read = async (path: string): Promise<string> => eventsOf(await fetch(url + path))
  expect(await read('/runs?mode=two')).toContain('"two"')
  expect(await read('/runs?mode=one')).toContain('"one"')
  expect(await read('/other')).toContain('"open"')
  expect((await fetch(`${url}/runs?mode=three`)).status).toBe(404)
})

describe('channels on one address are distinguished by their method', () => {
  const runs = {
    name: 'Runs',
    address: 'runs/{page}',
    parameters: parametersOf(['page']),
    events: [{ type: 'token', model: word }],
    sendsEventName: false,
    validate: true,
  } as const
  const watched: ServerChannel<{ token: string }, string, { page: string }> = {
    ...runs,
    otherMethods: ['PUT'],
  }
  const started: typeof watched = {
    ...runs,
    method: 'PUT',
    body: questionBody,
    otherMethods: ['GET'],
  }
  const answer = async (
    name: string,
    sendEvent: SendEvent<{ token: string }, string>,
  ): Promise<void> => {
    await sendEvent(name)
    sendEvent.close()
  }

  test.each<[string, () => Promise<Send>]>([
    [
      'express',
      async () => {
        const app = express()
        for (const target of [started, watched]) {
          registerSend(
            target,
            app,
            (req, _res, _next, _parameters, sendEvent) => answer(req.method, sendEvent),
            options,
          )
        }
        const url = await listen(app)
        return (path, init) => fetch(url + path, init)
      },
    ],
    [
      'node',
      async () => {
        const handlers = [started, watched].map((target) =>
          createNodeHandler(
            target,
            (request, _response, _parameters, sendEvent) => answer(request.method ?? '', sendEvent),
            options,
          ),
        )
        const url = await listen((request, response) => {
          if (!handlers.some((handle) => handle(request, response))) response.writeHead(404).end()
        })
        return (path, init) => fetch(url + path, init)
      },
    ],
    [
      'fetch',
      () => {
        const handlers = [started, watched].map((target) =>
          createFetchHandler(
            target,
            ({ request, sendEvent }) => answer(request.method, sendEvent),
            options,
          ),
        )
        return Promise.resolve(async (path, init) => {
          for (const handle of handlers) {
            const response = await handle(new Request(`http://a.example${path}`, init))
            if (response.status !== 404) return response
          }
          return new Response(null, { status: 404 })
        })
      },
    ],
  ])('%s', async (_, start) => {
    const send = await start()
    const put = {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ question: 'why' }),
    }
    expect(await eventsOf(await send('/runs/a', put))).toContain('"PUT"')
    expect(await eventsOf(await send('/runs/a', {}))).toContain('"GET"')
    expect((await send('/runs/a', { method: 'HEAD' })).status).toBe(200)
    const preflight = async (method: string): Promise<string | null> => {
      const headers = { Origin: 'https://a.example', 'Access-Control-Request-Method': method }
      const response = await send('/runs/a', { method: 'OPTIONS', headers })
      return response.headers.get('access-control-allow-methods')
    }
    expect(await preflight('PUT')).toBe('PUT')
    expect(await preflight('GET')).toBe('GET, HEAD')
    expect([404, 405]).toContain((await send('/runs/a', { method: 'POST' })).status)
  })
})

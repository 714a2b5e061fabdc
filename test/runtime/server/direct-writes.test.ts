import express, { type RequestHandler } from 'express'
import { OutgoingMessage, ServerResponse } from 'node:http'
import { registerSend, type ServerOptions } from './support/express'
import { lines } from './support/channels'
import { Hosts } from './support/host'

/** Chunks of the chunked coding that carry an event in one write, with its size and the line end behind it. */
const WHOLE_CHUNK = /^[0-9a-f]+\r\n[^]*data: second\n\n\r\n$/

describe('Writes of an event', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  /** What the client receives of two events, and what is written to its socket after the first. */
  async function send(
    options: ServerOptions<null> = {},
    middleware: RequestHandler = (_req, _res, next) => next(),
  ): Promise<{ data: string[]; socketWrites: string[]; areBuffers: boolean }> {
    const socketWrites: string[] = []
    let areBuffers = true
    const app = express()
    app.use(middleware)
    registerSend(
      lines,
      app,
      async (_req, res, _next, _parameters, sendEvent) => {
        await sendEvent('first')
        const { socket } = res
        const write = socket?.write.bind(socket)
        Object.assign(socket ?? {}, {
          write: (chunk: string | Uint8Array, ...rest: []) => {
            socketWrites.push(Buffer.from(chunk as string).toString())
            areBuffers &&= Buffer.isBuffer(chunk)
            return write?.(chunk, ...rest)
          },
        })
        await sendEvent('second')
      },
      options,
    )
    const client = await hosts.open(`${await hosts.serve(app)}/lines`)
    return { data: (await client.count(2)).data, socketWrites, areBuffers }
  }

  it('is one write to the socket by default, of bytes that the socket does not wrap', async () => {
    const { data, socketWrites, areBuffers } = await send()
    expect(data).toEqual(['first', 'second'])
    expect(socketWrites).toEqual([expect.stringMatching(WHOLE_CHUNK)])
    expect(areBuffers).toBe(true)
  })

  it('uses res.write with directWrites: false', async () => {
    const { data, socketWrites } = await send({ directWrites: false })
    expect(data).toEqual(['first', 'second'])
    expect(socketWrites.length).toBeGreaterThan(1)
    expect(socketWrites.filter((text) => WHOLE_CHUNK.test(text))).toEqual([])
  })

  it('uses a res.write that a middleware replaces', async () => {
    const written: string[] = []
    const { data } = await send({}, (_req, res, next) => {
      const write = res.write.bind(res) as (chunk: Uint8Array) => boolean
      res.write = (chunk: Uint8Array) => {
        written.push(Buffer.from(chunk).toString())
        return write(chunk)
      }
      next()
    })
    expect(data).toEqual(['first', 'second'])
    expect(written.join('')).toContain('data: second\n')
  })

  it.each([
    ['ServerResponse', ServerResponse.prototype],
    ['OutgoingMessage', OutgoingMessage.prototype],
  ])('goes through the write of %s that a tracing agent replaces', async (_, prototype) => {
    const own = Object.getOwnPropertyDescriptor(prototype, 'write')

    const { write } = prototype
    const written: string[] = []
    prototype.write = function (this: ServerResponse, chunk: Uint8Array): boolean {
      written.push(Buffer.from(chunk).toString())
      return write.call(this, chunk, 'utf8')
    }
    hosts.finally(() => {
      if (own === undefined) Reflect.deleteProperty(prototype, 'write')
      else Object.defineProperty(prototype, 'write', own)
    })
    const { data } = await send()
    expect(data).toEqual(['first', 'second'])
    expect(written.join('')).toContain('data: second\n')
  })
})

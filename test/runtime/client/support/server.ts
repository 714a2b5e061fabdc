import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createRawServer, type AddressInfo, type Socket } from 'node:net'
import { listening } from './listening'

/** Answers one request; `n` counts them from 0. */
export type Answer = (
  res: ServerResponse<IncomingMessage>,
  req: IncomingMessage,
  n: number,
) => unknown

export interface TestServer {
  readonly url: string
  /** The requests so far, in order. */
  readonly requests: IncomingMessage[]
  /** Resolves with the n-th request (from 0) once it is there. */
  request(n: number): Promise<IncomingMessage>
  /**
   * Resolves once no request is being answered: the client has ended all of them.
   * Sockets do not count: Node's fetch opens an idle one in place of one that it had to destroy.
   */
  idle(): Promise<void>
  close(): Promise<void>
}

/** A real server that answers the n-th request with the n-th answer, and all later ones with the last. */
export async function serve(...answers: Answer[]): Promise<TestServer> {
  return serveWith(createServer(), answers)
}

export async function serveWith(server: Server, answers: Answer[]): Promise<TestServer> {
  const requests: IncomingMessage[] = []
  const answering = new Set<ServerResponse>()
  const waiting = listening()
  server.on('request', (req: IncomingMessage, res: ServerResponse<IncomingMessage>) => {
    answering.add(res)
    res.on('close', () => {
      answering.delete(res)
      waiting.changed()
    })
    const n = requests.push(req) - 1
    waiting.changed()
    answers[Math.min(n, answers.length - 1)]?.(res, req, n)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const secure = 'setSecureContext' in server
  return {
    url: `${secure ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests,
    request: (n) => waiting.until(() => requests[n]),
    idle: async () => void (await waiting.until(() => answering.size === 0 || undefined)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Opens an event stream, and writes what is given. */
export function open(res: ServerResponse, text: string | Uint8Array = '', headers = {}): void {
  res.writeHead(200, { 'Content-Type': 'text/event-stream', ...headers })
  res.flushHeaders()
  if (text.length > 0) res.write(text)
}

/** An answer that opens a stream and leaves it open. */
export function streaming(text: string | Uint8Array = '', headers = {}): Answer {
  return (res) => open(res, text, headers)
}

/** An answer that opens a stream, writes and ends it. */
export function ending(text: string | Uint8Array = '', headers = {}): Answer {
  return (res) => {
    open(res, text, headers)
    res.end()
  }
}

/** An answer that opens a stream, writes, and drops the connection once that is sent. */
export function dropping(text: string, headers = {}): Answer {
  return (res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream', ...headers })
    res.write(text, () => res.destroy())
  }
}

/** An answer without a stream. */
export function status(code: number, headers = {}, body = ''): Answer {
  return (res) => res.writeHead(code, headers).end(body)
}

export interface RawServer {
  readonly url: string
  close(): Promise<void>
}

/** A server that sends only the given bytes. */
export async function serveRaw(onSocket: (socket: Socket) => void): Promise<RawServer> {
  const sockets = new Set<Socket>()
  const server = createRawServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    onSocket(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { listening } from '../../runtime/client/support/listening'

/** A request for an event stream, as the server has it. */
export interface StreamRequest {
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly response: ServerResponse
}

/** Serves the files of a page, and an event stream at every other path. */
export interface UiServer {
  readonly url: string
  /** All requests for streams so far. */
  readonly requests: StreamRequest[]
  /** Streams that are open now. */
  readonly open: ReadonlySet<StreamRequest>
  /** The most streams that were open at one time since it was set. */
  mostOpen: number
  /** Files by path. */
  files: Record<string, { type: string; text: string }>
  /** Answers the requests for streams. Default: opens a stream. */
  answer: (response: ServerResponse, request: IncomingMessage) => void
  /** Resolves once a condition on the above holds. */
  until(condition: () => unknown): Promise<void>
  /** Writes to all open streams, or to those whose path begins with `path`. */
  send(text: string, path?: string): void
  /** Sends the events 1 to 20 000, 10 000 a second, to all streams. */
  burst(): Promise<void>
  close(): Promise<void>
}

export function openStream(response: ServerResponse, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', ...headers })
  response.flushHeaders()
}

/** The event `counted`, as the server writes it. */
export function counted(n: number): string {
  return `event: counted\nid: ${n}\ndata: {"n":${n}}\n\n`
}

export async function startServer(): Promise<UiServer> {
  const waiting = listening()
  const open = new Set<StreamRequest>()
  const requests: StreamRequest[] = []
  const http = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost')
    const file = server.files[pathname]
    if (file !== undefined) {
      response.writeHead(200, { 'Content-Type': file.type }).end(file.text)
      return
    }
    if (pathname === '/favicon.ico') {
      response.writeHead(204).end()
      return
    }
    const stream = { url: request.url ?? '', headers: request.headers, response }
    requests.push(stream)
    open.add(stream)
    server.mostOpen = Math.max(server.mostOpen, open.size)
    response.once('close', () => {
      open.delete(stream)
      waiting.changed()
    })
    server.answer(response, request)
    waiting.changed()
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const server: UiServer = {
    url: `http://localhost:${(http.address() as AddressInfo).port}`,
    requests,
    open,
    mostOpen: 0,
    files: {},
    answer: (response) => openStream(response),
    until: async (condition) => void (await waiting.until(() => condition() || undefined)),
    send(text, path = '/') {
      for (const { url, response } of open) if (url.startsWith(path)) response.write(text)
    },
    async burst() {
      for (let chunk = 0; chunk < 200; chunk++) {
        const events = Array.from({ length: 100 }, (_, index) => counted(chunk * 100 + index + 1))
        server.send(events.join(''))
        await setTimeout(10)
      }
    },
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
  return server
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A request as an API receives it. */
export interface Call {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface ScriptedApi {
  readonly url: string
  readonly calls: Call[]
  close(): Promise<void>
}

/** Answers the n-th request with the n-th answer, and all later ones with the last. */
export async function serveApi(
  ...answers: ((response: ServerResponse, call: Call) => unknown)[]
): Promise<ScriptedApi> {
  const calls: Call[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url = '', headers } = request
      const call = { method, url, headers, body }
      const index = calls.push(call) - 1
      answers[Math.min(index, answers.length - 1)]?.(response, call)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A complete event stream. */
export const stream =
  (...blocks: string[]) =>
  (response: ServerResponse): void => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.end(blocks.map((block) => `${block}\n\n`).join(''))
  }

/** A stream that breaks after some bytes. */
export const broken =
  (bytes: string | Uint8Array) =>
  (response: ServerResponse): void => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.write(bytes, () => response.destroy())
    if (bytes.length === 0) response.flushHeaders()
  }

/** A response that is no stream. */
export const answer =
  (status: number, body: object, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }

/** One `data:` line of JSON, with an event name where one is given. */
export function block(value: unknown, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(value)}`
}

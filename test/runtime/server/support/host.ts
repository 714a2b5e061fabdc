import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import express5, { type Express } from 'express'
import express4 from 'express4'
import { RawClient, type OpenOptions } from './client'

/** Both majors, for `describe.each`. */
export const EXPRESSES: readonly [name: string, express: typeof express5][] = [
  ['5', express5],
  ['4', express4 as unknown as typeof express5],
]

/** The servers and clients of one test file; `close` ends what is left after each test. */
export class Hosts {
  readonly #servers: Server[] = []
  readonly #clients: RawClient[] = []
  readonly #last: (() => unknown)[] = []

  /** Serves an application on a free port; resolves to its URL, without a slash at the end. */
  async serve(listener: RequestListener | Express): Promise<string> {
    const server = createServer(listener as RequestListener)
    return this.listen(server)
  }

  async listen(server: Server): Promise<string> {
    this.#servers.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  get server(): Server {
    const server = this.#servers.at(-1)
    if (server === undefined) throw new Error('nothing is served')
    return server
  }

  async open(url: string, options?: OpenOptions): Promise<RawClient> {
    const client = await RawClient.open(url, options)
    this.#clients.push(client)
    return client
  }

  /** Runs at the end of the test. */
  finally(action: () => unknown): void {
    this.#last.push(action)
  }

  readonly close = async (): Promise<void> => {
    for (const client of this.#clients.splice(0)) client.close()
    for (const action of this.#last.splice(0)) await action()
    for (const server of this.#servers.splice(0)) {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  }
}

/** Sockets of a server, as they come. */
export function socketsOf(server: Server): Set<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  return sockets
}

/** A promise and what settles it. */
export function deferred<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

/**
 * `idleTimeout` of clients behind a balancer, ms. The `fetch` of Node 20 never settles in one of some thousand cases in which
 * a server closes a connection that it has just accepted.
 */
export const IDLE_TIMEOUT = 10_000

/** Spreads connections over the servers that answer, as a load balancer does. */
export class Balancer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #turn = 0

  private constructor(ports: readonly number[]) {
    this.#server = createServer((client) => {
      // It may end before a server is connected.
      client.on('error', () => undefined)
      const first = this.#turn++
      this.#connect(client, [
        ...ports.slice(first % ports.length),
        ...ports.slice(0, first % ports.length),
      ])
    })
  }

  static async start(ports: readonly number[]): Promise<Balancer> {
    const balancer = new Balancer(ports)
    balancer.#server.listen(0, '127.0.0.1')
    await once(balancer.#server, 'listening')
    return balancer
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Breaks all connections, as a network does. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #connect(client: Socket, [port, ...others]: readonly number[]): void {
    if (port === undefined || client.destroyed) {
      client.destroy()
      return
    }
    const server = connect(port, '127.0.0.1')
    server.once('error', () => this.#connect(client, others))
    server.once('connect', () => {
      server.removeAllListeners('error')
      if (client.destroyed) {
        server.destroy()
        return
      }
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        this.#sockets.add(from)
        from.on('error', () => undefined)
        from.on('close', () => {
          this.#sockets.delete(from)
          to.destroy()
        })
        from.pipe(to)
      }
    })
  }
}

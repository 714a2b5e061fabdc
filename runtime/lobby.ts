import type { HubClient } from './hub-client'

/** Clients that come before a hub has its history, and whoever waits for `hub.ready`. */
export class Lobby {
  /** Its rejection counts as handled. */
  readonly ready: Promise<void>
  #settle: (error?: Error) => void = () => undefined
  /** And since when their stream is open, ms, where it is. */
  readonly #clients = new Map<HubClient, number | undefined>()
  #isAway = false

  constructor() {
    this.ready = new Promise((resolve, reject) => {
      this.#settle = (error) => (error === undefined ? resolve() : reject(error))
    })
    this.ready.catch(() => undefined)
  }

  add(client: HubClient): void {
    this.#clients.set(client, undefined)
    if (this.#isAway) this.#open(client)
  }

  leave(client: HubClient): void {
    this.#clients.delete(client)
  }

  /** The broker is away for who knows how long: nobody waits for headers, because a proxy would give up on them. */
  openAll(): void {
    this.#isAway = true
    for (const client of this.#clients.keys()) this.#open(client)
  }

  /** The history is there. */
  admitAll(enter: (client: HubClient, since: number | undefined) => void): void {
    for (const [client, since] of this.#clients) enter(client, since)
    this.#clients.clear()
    this.#settle()
  }

  /** There will be no history: whoever waits is sent away in good order. */
  dismissAll(error: Error, end: (client: HubClient) => void): void {
    this.#settle(error)
    for (const client of this.#clients.keys()) {
      if (client.connection.canOpen) client.connection.open()
      end(client)
    }
  }

  #open(client: HubClient): void {
    client.connection.open()
    this.#clients.set(client, Date.now())
  }
}

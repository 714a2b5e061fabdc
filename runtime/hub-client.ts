import { Connection, type ConnectionOwner, type StreamTimes } from './connection'
import type { HttpResponse } from './http'

/** Where a client's events come from, and who is told when it goes. */
export interface ClientHost {
  /** The client can take more. */
  pull(client: HubClient): void
  leave(client: HubClient): void
}

/** One client of a hub: a connection and a place in the log of its room. */
export class HubClient implements ConnectionOwner {
  readonly address: string
  /** What it has received, by its own account; `''` where it does not say. */
  readonly lastEventId: string
  readonly connection: Connection
  /** Number of the next event it gets, while it lags behind. */
  cursor = 0
  /** Number of the event before which it has been told of a gap, or has none by its own account. */
  joined = -1
  /** It has seen more than this process: events up to this id are not for it. */
  ahead = ''
  /** Where it is; undefined until the hub has its history. */
  host: ClientHost | undefined
  readonly #onClose: (client: HubClient) => void

  constructor(
    { address, lastEventId }: { readonly address: string; readonly lastEventId: string },
    response: HttpResponse,
    times: StreamTimes,
    onClose: (client: HubClient) => void,
  ) {
    this.address = address
    this.lastEventId = lastEventId
    this.#onClose = onClose
    this.connection = new Connection(response, times, this)
  }

  drained(): void {
    this.host?.pull(this)
  }

  closed(): void {
    this.host?.leave(this)
    this.#onClose(this)
  }
}

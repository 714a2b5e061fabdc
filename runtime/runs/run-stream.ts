import type { Connection, ConnectionOwner } from '../server/connection'
import { Frame, encodeEvent } from '../server/sse'
import type { RunEvent, RunPage } from './run-log'
import type { ReadEnd } from './run-reader'

/** The pages of one run, and how reading ended. */
export type Pages = AsyncGenerator<RunPage['events'], ReadEnd | 'aborted'>

/** Interval of checks whether the process has sent the last events of a run, ms. */
const FLUSH_INTERVAL = 10

/** Clients at the same position receive the same page: it is encoded once. */
const frames = new WeakMap<readonly RunEvent[], Frame>()

/** Sends the events of one run to one client, as fast as the client reads. */
export class RunStream implements ConnectionOwner {
  /** Resolves when the client has disconnected or has received everything. */
  readonly closed: Promise<void>
  readonly #connection: Connection
  readonly #controller = new AbortController()
  readonly #reportError: (error: unknown) => void
  #position: number
  #onDrain: (() => void) | undefined
  #onClosed: () => void = () => undefined

  /**
   * @param after number of events that the client has
   * @param connect prepares the response
   * @param pages reads the run
   */
  constructor(
    after: number,
    connect: (owner: ConnectionOwner) => Connection,
    pages: (after: number, signal: AbortSignal) => Pages,
    reportError: (error: unknown) => void,
  ) {
    this.#position = after
    this.#reportError = reportError
    this.closed = new Promise((resolve) => (this.#onClosed = resolve))
    this.#connection = connect(this)
    if (!this.#connection.open()) {
      this.#connection.end()
      return
    }
    void this.#send(pages(after, this.#controller.signal))
  }

  /** Ends the stream. @param retry ms after which the client reconnects */
  end(retry: number): void {
    this.#connection.end(retry)
  }

  /** Disconnects the client. */
  destroy(): void {
    this.#connection.destroy()
  }

  onDrain(): void {
    this.#onDrain?.()
  }

  onClose(): void {
    this.#controller.abort()
    this.#onDrain?.()
    this.#onClosed()
  }

  onError(error: unknown): void {
    this.#reportError(error)
  }

  async #send(pages: Pages): Promise<void> {
    const connection = this.#connection
    try {
      for (;;) {
        const page = await pages.next()
        if (page.done === true) {
          if (page.value === 'done' || page.value === 'stopped') connection.end()
          else if (page.value !== 'aborted') await this.#abort()
          return
        }
        connection.write(this.#encode(page.value))
        if (connection.isOpen && connection.isBlocked) {
          await new Promise<void>((resolve) => (this.#onDrain = resolve))
        }
        this.#onDrain = undefined
        if (!connection.isOpen) {
          await pages.return('aborted')
          return
        }
      }
    } catch (error) {
      this.#reportError(error)
      connection.destroy()
    }
  }

  #encode(events: readonly RunEvent[]): Frame {
    const known = frames.get(events)
    const frame =
      known ??
      new Frame(
        events
          .map(({ event, data }, index) =>
            encodeEvent({ event, data, id: String(this.#position + index + 1) }),
          )
          .join(''),
      )
    frames.set(events, frame)
    this.#position += events.length
    return frame
  }

  /** Aborts the response after the bytes written so far: the client must not consider the end normal. */
  async #abort(): Promise<void> {
    const connection = this.#connection
    // At least once: a host of `fetch` has read the last bytes, and may not have written them to its socket yet.
    do {
      await new Promise((resolve) => setTimeout(resolve, FLUSH_INTERVAL))
    } while (connection.isOpen && connection.unsent > 0)
    connection.destroy()
  }
}

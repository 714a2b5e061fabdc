import type { Connection } from './connection'
import { compareIds } from './event-id'
import { Frame } from './frame'
import type { Kept, Log } from './history'
import type { ClientHost, HubClient } from './hub-client'
import { GAP } from './sse'

/** Who is told what happens in a room. */
export interface RoomHost {
  delivered(events: number, bytes: number): void
  /** A client was told that it missed events; how many, as far as that is known. */
  missed(room: Room, events: number): void
  slow(room: Room): void
  /** A client that was behind has all there is. */
  caughtUp(client: HubClient): void
  emptied(room: Room): void
}

/** A client with more unsent bytes than this reads from the history, at its own pace. */
const MAX_UNSENT = 64 * 1024

const GAP_FRAME = new Frame(GAP)

/**
 * The clients of one address. Each is *live* (it gets what comes, in one write with all others), *behind* (it reads the log
 * at its own pace) or *ahead* (it has seen events that this process has not heard of yet).
 */
export class Room implements ClientHost {
  readonly address: string
  readonly #log: Log
  readonly #host: RoomHost
  readonly #live = new Map<Connection, HubClient>()
  readonly #lagging = new Set<HubClient>()
  /** Live clients have got all events before this number. */
  #flushed: number

  constructor(address: string, log: Log, host: RoomHost) {
    this.address = address
    this.#log = log
    this.#host = host
    this.#flushed = log.end
  }

  /** Adds a client that wants what comes from now on. What came before must be flushed. */
  addLive(client: HubClient): void {
    client.host = this
    this.#live.set(client.connection, client)
  }

  /** Adds a client that wants the log from a place on, and begins to send it. */
  addBehind(client: HubClient, cursor: number): void {
    client.host = this
    client.cursor = cursor
    client.joined = cursor
    this.#lagging.add(client)
    this.pull(client)
  }

  /** Adds a client that has seen everything up to an id that this process has not. */
  addAhead(client: HubClient, id: string): void {
    client.host = this
    client.ahead = id
    this.#lagging.add(client)
  }

  leave(client: HubClient): void {
    this.#live.delete(client.connection)
    this.#lagging.delete(client)
    client.host = undefined
    if (this.#live.size + this.#lagging.size === 0) this.#host.emptied(this)
  }

  /** Sends what has come to all who are ready for it, in one write each. */
  flush(): void {
    const from = this.#flushed
    const { end } = this.#log
    if (from === end) return
    this.#flushed = end
    if (this.#live.size > 0) this.#broadcast(from, end)
    for (const client of this.#lagging) this.pull(client)
  }

  /** The hub closes: who has everything is told so, the others as they get there. */
  flushAll(): void {
    for (const client of this.#live.values()) this.#host.caughtUp(client)
    for (const client of this.#lagging) {
      if (client.ahead === '') this.pull(client)
      else this.#host.caughtUp(client)
    }
  }

  /** What is in the log now has been seen by all, or is nothing they shall get. */
  skip(): void {
    this.#flushed = this.#log.end
  }

  /** Tells all that events were lost. */
  tellGap(): void {
    for (const client of [...this.#live.values(), ...this.#lagging]) {
      this.#tellGap(client, 0)
      client.ahead = ''
      client.cursor = client.joined = this.#flushed
      this.#catchUp(client)
    }
  }

  pull(client: HubClient): void {
    if (!this.#lagging.has(client)) return
    if (client.ahead !== '' && !this.#meet(client)) return
    const { connection } = client
    while (client.cursor < this.#flushed && !connection.isBlocked && connection.isOpen) {
      const missed = this.#log.first - client.cursor
      if (missed > 0) {
        client.cursor = client.joined = this.#log.first
        this.#tellGap(client, missed)
        continue
      }
      const { parts, size, events } = this.#read(client.cursor, client.joined, this.#flushed)
      client.cursor += events
      this.#host.delivered(events, size)
      connection.write(new Frame(join(parts)))
    }
    this.#catchUp(client)
  }

  #catchUp(client: HubClient): void {
    if (client.cursor < this.#flushed || client.ahead !== '' || !client.connection.isOpen) return
    if (this.#lagging.delete(client)) this.#live.set(client.connection, client)
    this.#host.caughtUp(client)
  }

  /** Whether this process has heard of what a client that was ahead has seen. */
  #meet(client: HubClient): boolean {
    const cursor = this.#log.after(client.ahead)
    const next = cursor < this.#flushed ? this.#log.at(cursor) : undefined
    if (next === undefined) return false
    if (compareIds(next.prev, client.ahead) > 0) this.#tellGap(client, 0)
    client.ahead = ''
    client.cursor = client.joined = cursor
    return true
  }

  #broadcast(from: number, to: number): void {
    const { parts, size, events } = this.#read(from, -1, to, Infinity)
    const frame = new Frame(join(parts))
    let count = 0
    // Only what is needed is touched for each client: most of the cost of a broadcast is waiting for memory.
    for (const connection of this.#live.keys()) {
      if (connection.unsent > MAX_UNSENT) {
        this.#lag(connection, from)
      } else {
        connection.write(frame)
        count++
      }
    }
    this.#host.delivered(events * count, size * count)
    const gaps = parts.length - events
    if (gaps > 0) for (let n = 0; n < count; n++) this.#host.missed(this, 0)
  }

  /** Lets a client read from the log from now on. */
  #lag(connection: Connection, from: number): void {
    const client = this.#live.get(connection)
    if (client === undefined) return
    this.#live.delete(connection)
    this.#lagging.add(client)
    client.cursor = from
    client.joined = -1
    this.#host.slow(this)
  }

  /** Events as they go on the wire, gaps between them marked, up to about `limit` bytes. */
  #read(from: number, joined: number, to: number, limit = MAX_UNSENT): Batch {
    const parts: Buffer[] = []
    let size = 0
    let number = from
    for (; number < to && size < limit; number++) {
      const event: Kept | undefined = this.#log.at(number)
      if (event === undefined) break
      if (event.afterGap && number !== joined) parts.push(GAP_FRAME.bytes)
      parts.push(event.bytes)
      size += event.bytes.length
    }
    return { parts, size, events: number - from }
  }

  #tellGap(client: HubClient, events: number): void {
    client.connection.write(GAP_FRAME)
    this.#host.missed(this, events)
  }
}

interface Batch {
  readonly parts: readonly Buffer[]
  readonly size: number
  readonly events: number
}

function join(parts: readonly Buffer[]): Buffer {
  const [first] = parts
  return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts)
}

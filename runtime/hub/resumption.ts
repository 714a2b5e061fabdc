import type { Broker } from '../brokers/broker'
import { compareIds } from '../brokers/event-ids'
import type { AddressLog } from './address-log'
import type { BrokerState } from './broker-state'
import type { History, ResumePosition } from './history'
import type { JoinTarget } from './hub-client'

/** Maximum change of the broker's clock while a client waits for the history, ms. */
const CLOCK_CHANGE = 60_000

/**
 * Where a client continues: at a position; with the next event (`now`); after an id that this process has not read
 * (`ahead`); with the next event after a loss (`lost`).
 */
export type Resume = ResumePosition | 'now' | 'ahead' | 'lost'

/** How a client connected. */
export interface Arrival {
  /** The moment of `performance.now()` at which the stream opened, if that was before the history was loaded. */
  readonly since?: number | undefined
  /** Whether the epochs were read after the client connected. */
  readonly hasCurrentEpochs?: boolean
  /** Result of `Broker.newestId`; `''` if there is none. */
  readonly newestId?: string | undefined
}

/**
 * If the room has ended, a client receives the rest up to its last event.
 * @returns `ended` if the client can receive nothing
 */
export function resumeBeforeEnd({ roomEnd, first }: AddressLog, resume: Resume): Resume | 'ended' {
  // A client that is ahead has read more of the log than this process.
  if (roomEnd === undefined || resume === 'ahead') return resume
  if (resume === 'now' || roomEnd.number < first) return 'ended'
  if (resume === 'lost') return { cursor: roomEnd.number, hasGap: true }
  return resume.cursor > roomEnd.number ? 'ended' : resume
}

/** Determines where the clients of a hub continue. */
export class Resumption {
  readonly #broker: Broker
  readonly #brokerState: BrokerState
  readonly #history: History
  /** Calls in progress, by address. */
  readonly #reads = new Map<string, Promise<string>>()

  constructor(broker: Broker, brokerState: BrokerState, history: History) {
    this.#broker = broker
    this.#brokerState = brokerState
    this.#history = history
  }

  resolve(
    { address, lastEventId: id }: JoinTarget,
    { since, hasCurrentEpochs = false, newestId = '' }: Arrival,
  ): Resume {
    if (id === '') {
      if (since === undefined) return 'now'
      const time = Math.floor(this.#brokerState.toBrokerTime(since))
      return this.#history.resumeFromTime(address, time, CLOCK_CHANGE)
    }
    const known = this.#brokerState.classify(id)
    if (known === 'lost' || (known === 'unknown' && hasCurrentEpochs)) return 'lost'
    const { start } = this.#broker
    if (start !== undefined && compareIds(id, start) < 0) return 'lost'
    // The next event of the address has not arrived. Its `prev` shows whether the client has missed others.
    const isExpected = newestId !== '' && compareIds(newestId, this.#history.head) > 0
    if (isExpected && this.#history.mayHaveMissed(address, id)) return 'ahead'
    const resume = this.#history.resumeFromId(address, id)
    if (resume !== null) return resume
    return this.#brokerState.canBeAhead(id) ? 'ahead' : 'lost'
  }

  /** Whether only the broker can decide whether a client has missed events: its room is older than the loaded history. */
  needsNewestId({ address, lastEventId: id }: JoinTarget): boolean {
    return (
      this.#broker.newestId !== undefined &&
      id !== '' &&
      this.#brokerState.classify(id) === 'known' &&
      this.#history.mayHaveMissed(address, id)
    )
  }

  /** Result of `Broker.newestId`; `''` if there is none. Clients of one address share a call. */
  readNewestId(address: string): Promise<string> {
    const running = this.#reads.get(address)
    if (running !== undefined) return running
    const read = this.#read(address)
    this.#reads.set(address, read)
    return read
  }

  async #read(address: string): Promise<string> {
    const { floor } = this.#history
    try {
      const newestId = (await this.#broker.newestId?.(address)) ?? ''
      if (newestId !== '' && compareIds(newestId, this.#history.head) <= 0) {
        this.#history.setNewestId(address, newestId, floor)
      }
      return newestId
    } catch {
      // The client receives a gap. The broker reports its failure with `down`.
      return ''
    } finally {
      this.#reads.delete(address)
    }
  }
}

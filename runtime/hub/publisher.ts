import type { Broker } from '../brokers/broker'
import { compareIds } from '../brokers/event-ids'
import type { EncodedMessage } from '../server/encode-message'
import type { History } from './history'
import { eventNameOf, type RoomChange } from './room-changes'

/** A change of a room by this process. */
interface PendingChange {
  readonly change: RoomChange
  /** Undefined until the broker has stored it. */
  id: string | undefined
}

/** Appends events to the broker: messages, and changes of rooms. */
export class Publisher {
  /** Number of acknowledged messages. */
  count = 0
  readonly #broker: Broker
  readonly #history: History
  /** By address; changes that this process has not read from the broker yet. */
  readonly #pendingChanges = new Map<string, PendingChange>()

  constructor(broker: Broker, history: History) {
    this.#broker = broker
    this.#history = history
  }

  /** Resolves to the id. Rejects if the room has ended, or the broker rejects. */
  async publish(address: string, { event, data, isTerminal }: EncodedMessage): Promise<string> {
    if (this.#isEnded(address)) {
      throw new Error(`the room "${address}" has ended; call reopen before you publish to it`)
    }
    const appended = this.#broker.append(address, event, data)
    const id = await (isTerminal ? this.#recordChange(address, 'end', appended) : appended)
    this.count++
    return id
  }

  /** Ends or reopens a room. Does nothing if it has that state. Requires a loaded history. */
  async change(address: string, change: RoomChange): Promise<void> {
    if (this.#isEnded(address) === (change === 'end')) return
    const appended = this.#broker.append(address, eventNameOf(change), '')
    await this.#recordChange(address, change, appended)
  }

  #isEnded(address: string): boolean {
    const change = this.#pendingChange(address)
    return change === undefined ? this.#history.isEnded(address) : change === 'end'
  }

  #pendingChange(address: string): RoomChange | undefined {
    const pending = this.#pendingChanges.get(address)
    if (pending === undefined) return undefined
    const { head } = this.#history
    const hasRead = pending.id !== undefined && head !== '' && compareIds(pending.id, head) <= 0
    if (!hasRead) return pending.change
    this.#pendingChanges.delete(address)
    return undefined
  }

  async #recordChange(
    address: string,
    change: RoomChange,
    appended: Promise<string>,
  ): Promise<string> {
    const pending: PendingChange = { change, id: undefined }
    this.#pendingChanges.set(address, pending)
    try {
      return (pending.id = await appended)
    } catch (error) {
      if (this.#pendingChanges.get(address) === pending) this.#pendingChanges.delete(address)
      throw error
    } finally {
      // Removes it if it was read meanwhile.
      this.#pendingChange(address)
    }
  }
}

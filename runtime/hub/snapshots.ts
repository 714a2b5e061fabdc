import { encodeMessage } from '../server/encode-message'
import { Frame, SNAPSHOT_COMMENT, encodeEvent, encodeField } from '../server/sse'
import type { ServerChannel } from '../server/types'
import type { NamedMessage, SnapshotMessages } from './types'

/** Source of a client's snapshot. */
export interface SnapshotSource {
  /** Clients of one address and one key share a call. */
  readonly key: string
  /** Encoded events, without ids. Rejects with the application's error, or if a message is invalid. */
  load(): Promise<readonly string[]>
}

/** The state of one address, ready to be written to any number of clients. */
export interface Snapshot {
  /** The newest id when the call began: all later events follow the snapshot. */
  readonly position: string
  readonly frames: readonly Frame[]
  /** Whether it was reported that the history did not reach back to the start of the call. */
  isReportedAsLate: boolean
}

/** Approximate size of one frame, characters. */
const FRAME_SIZE = 64 * 1024

/** The snapshot calls of one hub that are in progress. */
export class Snapshots {
  readonly #calls = new Map<string, Promise<Snapshot | undefined>>()
  readonly #onError: (error: unknown) => void

  /** @param onError receives the error of a call once, however many clients share the call */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /**
   * Resolves to undefined if the call failed. Never rejects.
   * @param position the newest id that this process has read
   */
  load(
    address: string,
    { key, load }: SnapshotSource,
    position: string,
  ): Promise<Snapshot | undefined> {
    const id = JSON.stringify([address, key])
    const running = this.#calls.get(id)
    if (running !== undefined) return running
    const call = this.#run(load, position)
    this.#calls.set(id, call)
    void call.then(() => this.#calls.delete(id))
    return call
  }

  async #run(load: SnapshotSource['load'], position: string): Promise<Snapshot | undefined> {
    try {
      const events = await load()
      return { position, frames: frame(events, position), isReportedAsLate: false }
    } catch (error) {
      this.#onError(error)
      return undefined
    }
  }
}

/**
 * A marker without an id, the events, then the position. A client that loses the connection in between has no
 * `Last-Event-ID`, so it receives a complete snapshot again.
 */
function frame(events: readonly string[], position: string): Frame[] {
  const frames: Frame[] = []
  let text = SNAPSHOT_COMMENT
  for (const event of events) {
    text += event
    if (text.length < FRAME_SIZE) continue
    frames.push(new Frame(text))
    text = ''
  }
  frames.push(new Frame(`${text}${encodeField('id', position)}\n`))
  return frames
}

/**
 * Encodes the events of a snapshot, without ids.
 * @throws InvalidMessageError, TypeError if the event is unknown or cannot be inferred
 */
export function encodeSnapshot<Events, Content, Params>(
  channel: ServerChannel<Events, Content, Params, never>,
  messages: SnapshotMessages<Events, Content>,
  validate: boolean,
): string[] {
  return messages.map((item) => {
    const { message, event } = isNamed(channel, item) ? item : { message: item, event: undefined }
    return encodeEvent(encodeMessage(channel, message, event, validate))
  })
}

/**
 * In a channel with one event every item is a message. In other channels a message without a name is an instance of a
 * class.
 */
function isNamed<Events, Content, Params>(
  { events }: ServerChannel<Events, Content, Params, never>,
  item: Content | NamedMessage<Events>,
): item is NamedMessage<Events> {
  if (events.length === 1 || typeof item !== 'object' || item === null) return false
  const isInstance = events.some(
    ({ model }) => typeof model === 'function' && item instanceof model,
  )
  return !isInstance && 'event' in item && 'message' in item
}

import { EventSourceError } from '../client/errors'
import { RETRYABLE_STATUS } from '../client/fetch-transport'
import type { Frame } from './tab-frames'
import type { JoinMessage, LeaderMessage } from './tab-messages'

/** Maximum time to wait for the positions of the other tabs, ms. */
const COLLECT_TIME = 250

type WithoutTerm<Message> = Message extends unknown ? Omit<Message, 'term'> : never

/** How a request and its stream ended. */
export interface Outcome {
  /** A response that is not an event stream. */
  readonly response?: Response
  readonly error?: unknown
}

export interface Leader {
  receive(message: JoinMessage): void
  /**
   * Resolves with the lowest position of all tabs; with undefined if another tab must lead, because only it can continue
   * the stream.
   *
   * @param countPeers returns the number of other tabs that wait for the lock
   */
  choosePosition(countPeers: () => Promise<number>): Promise<string | undefined>
  /** The stream is open: it starts after a position. */
  open(id: string, heartbeat: string | null): void
  publish(frames: readonly Frame[]): void
  end(outcome: Outcome): void
}

/**
 * Passes the stream of one tab to all tabs.
 *
 * @param post sends a message to all tabs, including the own one
 */
export function createLeader(
  own: JoinMessage,
  post: (message: WithoutTerm<LeaderMessage>) => void,
): Leader {
  const positions = new Map([[own.from, own]])
  let onPosition: (() => void) | undefined
  let id: string | undefined
  let heartbeat: string | null = null
  let sequence = 0

  const announce = (): void => post({ type: 'state', id, sequence, heartbeat })

  return {
    receive(message) {
      positions.set(message.from, message)
      onPosition?.()
      announce()
    },
    async choosePosition(countPeers) {
      announce()
      const peers = await countPeers()
      await new Promise<void>((resolve) => {
        setTimeout(resolve, COLLECT_TIME)
        onPosition = () => positions.size > peers && resolve()
        onPosition()
      })
      const newest = Math.max(...[...positions.values()].map(({ term }) => term))
      if (own.term < newest) return undefined
      // Sequence numbers of one term are in the order of the stream; ids are not.
      const [lowest = own] = [...positions.values()]
        .filter((position) => newest > 0 && position.term === newest && position.id !== '')
        .sort((a, b) => a.sequence - b.sequence)
      return lowest.id
    },
    open(startId, interval) {
      id = startId
      heartbeat = interval
      announce()
    },
    publish(frames) {
      post({ type: 'frames', sequence, frames })
      sequence += frames.length
      for (const frame of frames) id = frame.id ?? id
    },
    end({ response, error }) {
      // A permanent failure is that of this tab: its credentials, its limits.
      if (error instanceof EventSourceError && !error.retrying) return
      if (response && !RETRYABLE_STATUS.test(String(response.status))) return
      const status = response?.status ?? (error === undefined ? 200 : 0)
      post({ type: 'end', status, retryAfter: response?.headers.get('Retry-After') ?? null })
    },
  }
}

import type { Frame } from './tab-frames'

/** A tab has no leader, checks that its leader responds, or has lost frames. */
export interface JoinMessage {
  readonly type: 'join'
  readonly from: string
  /** Id of the last event that the tab has. */
  readonly id: string
  /** The last term in which the tab had all frames, up to `sequence`; 0 if there is none. */
  readonly term: number
  readonly sequence: number
}

/** Messages of a leader. Tabs ignore those with an older term. */
export type LeaderMessage = { readonly term: number } & (
  | {
      /** The leader responds. The first message of a term: tabs answer with their positions. */
      readonly type: 'state'
      /** The last event ID of the stream; undefined if the stream is not open. */
      readonly id: string | undefined
      /** Number of frames of the stream. */
      readonly sequence: number
      /** Value of the header `EventSource-Heartbeat`. */
      readonly heartbeat: string | null
    }
  | {
      readonly type: 'frames'
      /** Number of frames before these. */
      readonly sequence: number
      readonly frames: readonly Frame[]
    }
  | {
      /** The stream ended, or a request failed in a way that does not depend on the tab. */
      readonly type: 'end'
      /** Status of the response, 200 if it was a stream; 0 if the connection failed. */
      readonly status: number
      readonly retryAfter: string | null
    }
)

import { createEventReader } from '../client/event-reader'
import { cancel, isEventStream } from '../client/response'
import { createUtf8Decoder } from '../client/utf8-decoder'

/** A part of an event stream, as text. Tabs decode it themselves. */
export interface Frame {
  readonly text: string
  /** The last event ID after this part, if the part sets one. */
  readonly id?: string | undefined
  /** Whether the part is an event without an id of its own. */
  readonly isAnonymous?: boolean
}

const SNAPSHOT_MARKER = ': snapshot\n'

/** Receives the frames of a chunk. The next chunk is read after the returned promise. */
export type FrameListener = (frames: readonly Frame[]) => void | Promise<void>

/** Whether a response is an event stream. */
export function hasFrames({ status, headers }: Response): boolean {
  return status === 200 && isEventStream(headers.get('Content-Type') ?? '')
}

/**
 * Reads an event stream as frames, in order. A snapshot with its position is one frame, because its events have no ids.
 *
 * @param limit maximum size of an event, bytes
 * @returns a promise that resolves at the end of the stream, and rejects if the stream breaks or an event is too large
 */
export async function readFrames(
  { body, headers }: Response,
  limit: number,
  signal: AbortSignal,
  onFrames: FrameListener,
): Promise<void> {
  let frames: Frame[] = []
  let lastId = ''
  // Empty: no snapshot is being read.
  let snapshot = ''
  const add = (text: string, id?: string, isAnonymous = false): void => {
    if (!snapshot) frames.push({ text, id, isAnonymous })
    // The part after the marker resets the last event ID; a later id is the position.
    else if (id === undefined || snapshot === SNAPSHOT_MARKER) snapshot += text
    else {
      frames.push({ text: snapshot + text, id })
      snapshot = ''
    }
    lastId = id ?? lastId
  }
  const feed = createEventReader(
    {
      onEvent(event, data, id) {
        const name = event === undefined ? '' : `event: ${event}\n`
        const position = id === undefined ? '' : `id: ${id}\n`
        const lines = data.replaceAll('\n', '\ndata: ')
        add(`${name}${position}data: ${lines}\n\n`, id, !id || id === lastId)
      },
      onId: (id) => add(`id: ${id}\n\n`, id),
      onRetry: (ms) => add(`retry: ${ms}\n`),
      onComment(comment) {
        const text = `: ${comment}\n`
        if (text === SNAPSHOT_MARKER) snapshot = text
        else add(text)
      },
    },
    limit,
  )
  const decode = createUtf8Decoder()
  const reader = body?.getReader()
  signal.addEventListener('abort', () => cancel(reader))
  if (headers.has('EventSource-Gap')) add(': gap\n')
  while (reader) {
    const batch = frames
    frames = []
    if (batch.length > 0) await onFrames(batch)
    const { done, value } = await reader.read()
    if (done || signal.aborted) return
    feed(decode(value))
  }
}

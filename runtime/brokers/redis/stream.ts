import type { BrokerEvent } from '../broker'
import { MIN_ID, type Epoch } from '../event-ids'

/** The keys of one hub, see `stream-scripts`. The hash tag keeps both in one slot of a cluster. */
export interface StreamKeys {
  readonly stream: string
  /** A hash. */
  readonly tails: string
}

export function streamKeys(prefix: string, hub: string): StreamKeys {
  const tag = `${prefix}{${hub}}`
  return { stream: `${tag}:events`, tails: `${tag}:tails` }
}

interface ParsedId {
  readonly ms: number
  readonly n: number
}

function parseId(id: string): ParsedId {
  const dash = id.indexOf('-')
  return { ms: Number.parseInt(id, 10), n: Number.parseInt(id.slice(dash + 1), 10) }
}

/** Whether an entry of this id directly follows the entry of `previous`. */
export function isNextId(id: string, previous: string): boolean {
  const [a, b] = [parseId(previous), parseId(id)]
  return b.n === a.n + 1 && b.ms >= a.ms
}

/** Whether a stream whose newest id is `head` can contain everything after `id`. */
export function canContain(head: string, id: string): boolean {
  const [a, b] = [parseId(id), parseId(head)]
  return b.ms >= a.ms && b.n >= a.n
}

/** An entry of the stream. */
export interface StreamRecord {
  /** The id in the stream, without a mark. */
  readonly id: string
  /** Undefined if other software wrote the entry. */
  readonly event: BrokerEvent | undefined
  /** Mark of the epoch; `''` if other software wrote the entry. */
  readonly mark: string
  /** UTF-16 units of content, approximately bytes. */
  readonly size: number
}

/** The entries of a reply to XREVRANGE, or of one stream of XREAD's (RESP 2): `[[id, [field, value, …]], …]`. */
export function parseRecords(reply: unknown): StreamRecord[] {
  return asArray(reply).flatMap((item) => {
    const [id, content] = asArray(item)
    return typeof id === 'string' ? [parseRecord(id, asArray(content))] : []
  })
}

function parseRecord(id: string, content: readonly unknown[]): StreamRecord {
  const [p, prev, a, address, e, event, d, data, m, mark] = content.map(String)
  const isBrokerEvent = p === 'p' && a === 'a' && e === 'e' && d === 'd' && m === 'm'
  if (!isBrokerEvent || prev === undefined || address === undefined || event === undefined) {
    return { id, event: undefined, mark: '', size: 0 }
  }
  const text = data ?? ''
  return {
    id,
    event: { id: `${id}-${mark}`, prev, address, event, data: text },
    mark: mark ?? '',
    size: text.length + address.length + event.length + 64,
  }
}

/** The streams of a reply to XREAD (RESP 2): `[[key, entries], …]`, null if no entry arrived in time. */
export function parseStreams(reply: unknown): (readonly [key: unknown, entries: StreamRecord[]])[] {
  return asArray(reply).map((item) => {
    const [key, entries] = asArray(item)
    return [key, parseRecords(entries)] as const
  })
}

/** The reply of Redis about a hub. */
export interface StreamPosition {
  /** The newest id, without a mark. */
  readonly head: string
  readonly epochs: readonly Epoch[]
  /** ms */
  readonly time: number
}

/** Reads a reply to `LOCATE_SCRIPT`. */
export function parsePosition(reply: unknown): StreamPosition {
  const [head, epochs, time] = asArray(reply)
  return {
    head: typeof head === 'string' ? head : MIN_ID,
    epochs: parseEpochs(epochs),
    time: Number(time),
  }
}

/** `<mark>:<id>`, separated by spaces. */
export function parseEpochs(text: unknown): Epoch[] {
  return typeof text === 'string'
    ? [...text.matchAll(/([0-9a-z]+):(\d+-\d+)/g)].map(([, mark = '', start = '']) => ({
        mark,
        start,
      }))
    : []
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

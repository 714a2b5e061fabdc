import type { Entry } from './broker'

/** Where the events of one hub lie. The hash tag keeps both keys in one slot of a cluster. */
export interface StreamKeys {
  readonly stream: string
  /** A hash: `head`, the newest id; `floor`, see the script; `:<address>`, the newest id of that address. */
  readonly tails: string
}

export function streamKeys(prefix: string, hub: string): StreamKeys {
  const tag = `${prefix}{${hub}}`
  return { stream: `${tag}:events`, tails: `${tag}:tails` }
}

/** ms in which a process that is busy, or cut off for a moment, must be able to catch up, at any rate of events. */
const YOUNG = 10_000

/** Reads where a hub is; where Redis does not know (any more), it begins behind all that there was. */
const POSITION = `
local stream, tails = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local saved = redis.call('HMGET', tails, 'head', 'floor')
local head, floor = saved[1], saved[2] or saved[1]
if not head then
  head = string.format('%.0f-0', now)
  local info = redis.pcall('XINFO', 'STREAM', stream)
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then head = info[i + 1] end
  end
  floor = head
end
`

/**
 * Gives a hub its first id where it has none, so that clients have a place to come back to before the first event.
 * KEYS stream, tails. Returns the newest id.
 */
export const BEGIN = `${POSITION}
redis.call('HSET', tails, 'head', head, 'floor', floor)
return head
`

/**
 * Appends events, in order and all or none.
 *
 * An id is `<ms>-<n>`: the time of the Redis server, never going back, and a number that grows by one with
 * each event of the hub. So a reader sees from two ids whether anything was between them.
 * `prev` says that no event of the same address lies between it and the entry. Where the address's own
 * last id is not known (its first event, or it was dropped to bound the hash) that is `floor`.
 *
 * KEYS stream, tails. ARGV events to keep, events to keep while they are young, ms to keep (0: no
 * limit), addresses to keep, then address, event, data of each event. Returns the ids. Needs Redis 6.2.
 */
export const APPEND = `${POSITION}
local count, burst, age, addresses =
  tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local ms, n = string.match(head, '^(%d+)-(%d+)$')
ms, n = math.max(tonumber(ms), now), tonumber(n)
local ids = {}
for i = 5, #ARGV, 3 do
  local field = ':' .. ARGV[i]
  local prev = redis.call('HGET', tails, field) or floor
  n = n + 1
  local id = string.format('%.0f-%.0f', ms, n)
  redis.call('XADD', stream, id, 'p', prev, 'a', ARGV[i], 'e', ARGV[i + 1], 'd', ARGV[i + 2])
  redis.call('HSET', tails, 'head', id, 'floor', floor, field, id)
  ids[#ids + 1] = id
end
local function number(id) return tonumber(string.match(id, '(%d+)$')) end
local young = redis.call('XRANGE', stream, string.format('%.0f', now - ${YOUNG}), '+', 'COUNT', 1)[1]
if young then count = math.min(math.max(n + 1 - number(young[1]), count), math.max(burst, count)) end
redis.call('XTRIM', stream, 'MAXLEN', '~', count)
if age > 0 then
  redis.call('XTRIM', stream, 'MINID', string.format('%.0f', math.max(now - age, 0)))
end
local excess = math.min(redis.call('HLEN', tails) - 2 - addresses, 2 * #ids)
for _ = 1, excess do
  local some = redis.call('HRANDFIELD', tails, 5, 'WITHVALUES')
  local oldest
  for i = 1, #some, 2 do
    if string.sub(some[i], 1, 1) == ':' and (not oldest or number(some[i + 1]) < number(some[oldest + 1])) then
      oldest = i
    end
  end
  if oldest then
    redis.call('HDEL', tails, some[oldest])
    if number(some[oldest + 1]) > number(floor) then floor = some[oldest + 1] end
    redis.call('HSET', tails, 'floor', floor)
  end
end
return ids
`

/** An id that comes before all others. */
export const START = '0-0'

interface Position {
  readonly ms: number
  readonly n: number
}

function position(id: string): Position {
  const dash = id.indexOf('-')
  return { ms: Number(id.slice(0, dash)), n: Number(id.slice(dash + 1)) }
}

/** Whether an entry of this id comes straight after that one, with nothing between. */
export function follows(id: string, previous: string): boolean {
  const [a, b] = [position(previous), position(id)]
  return b.n === a.n + 1 && b.ms >= a.ms
}

/** Whether a stream whose newest id is `head` can still hold what comes after `id`. One that began anew counts anew. */
export function reaches(head: string, id: string): boolean {
  const [a, b] = [position(id), position(head)]
  return b.ms >= a.ms && b.n >= a.n
}

/** What lies at an id of the stream; no entry where something else wrote there. */
export interface Read {
  readonly id: string
  readonly entry: Entry | undefined
}

/** The entries of an answer to XREVRANGE, or of one stream of XREAD's (RESP 2): `[[id, [field, value, …]], …]`. */
export function readEntries(answer: unknown): Read[] {
  return list(answer).flatMap((item) => {
    const [id, content] = list(item)
    if (typeof id !== 'string') return []
    const [p, prev, a, address, e, event, d, data] = list(content)
    const known = p === 'p' && a === 'a' && e === 'e' && d === 'd'
    return [
      {
        id,
        entry: known
          ? {
              id,
              prev: String(prev),
              address: String(address),
              event: String(event),
              data: String(data),
            }
          : undefined,
      },
    ]
  })
}

/** The streams of an answer to XREAD (RESP 2): `[[key, entries], …]`, null where nothing came in time. */
export function readStreams(answer: unknown): (readonly [key: unknown, entries: Read[]])[] {
  return list(answer).map((item) => {
    const [key, entries] = list(item)
    return [key, readEntries(entries)] as const
  })
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

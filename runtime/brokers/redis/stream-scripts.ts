/**
 * A stream has the events of a hub. An id of the stream is `<ms>-<n>`: the time of Redis, never less than before, and a
 * number that grows by one with each event of the hub. So two ids show whether an event is missing between them.
 *
 * An entry of the stream has the fields `p` previous id, `a` address, `e` event, `d` data, `m` mark of the epoch, `c` bytes
 * of all events before it. Clients receive the id `<ms>-<n>-<mark>`.
 *
 * A hash has the state of the hub:
 *
 * - `head`: the newest id
 * - `floor`: see `APPEND_SCRIPT`
 * - `epochs`: see below
 * - `server`: the run id of the Redis server that wrote last
 * - `bytes`: of all events so far
 * - `:<address>`: the newest id of an address
 */

/** Time in which a process that is busy or was disconnected can catch up, at any rate of events, ms. */
const BURST_WINDOW_MS = 10_000

/** Number of stored epochs; clients can resume from these without a gap. */
const EPOCHS = 20

/**
 * Reads the state of a hub. A hub whose state Redis has lost continues after the remaining events.
 *
 * Each server process begins a new epoch, because it may have less data than the previous one, and another clock: `epochs`
 * has the mark of each one and the newest id when it began, `<mark>:<ms>-<n>`, oldest first. ARGV[1] is a new mark.
 */
const POSITION = `
local stream, state, mark = KEYS[1], KEYS[2], ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local saved = redis.call('HMGET', state, 'head', 'floor', 'epochs', 'server', 'bytes')
local head, floor, epochs, bytes = saved[1], saved[2] or saved[1], saved[3], tonumber(saved[5] or '0')
local info = redis.pcall('INFO', 'server')
local server = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or ''
if not head then
  head = string.format('%.0f-0', now)
  local info = redis.pcall('XINFO', 'STREAM', stream)
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then head = info[i + 1] end
  end
  floor = head
end
if not epochs or (server ~= '' and server ~= saved[4]) then
  epochs = (epochs and epochs .. ' ' or '') .. mark .. ':' .. head
  local _, count = string.gsub(epochs, ':', '')
  if count > ${EPOCHS} then epochs = string.match(epochs, ' (.*)') end
  redis.pcall('HSET', state, 'head', head, 'floor', floor, 'epochs', epochs, 'server', server)
end
`

/**
 * Reads the position of a hub, and creates it if it is absent, so clients receive an id before the first event.
 * KEYS stream, state. ARGV a new mark. Returns the newest id, the epochs, the time in ms.
 */
export const LOCATE_SCRIPT = `${POSITION}
local written = redis.call('HMGET', state, 'head', 'epochs')
return { written[1] or head, written[2] or '', string.format('%.0f', now) }
`

/**
 * Appends events in order, all or none.
 *
 * No event of the same address is between `prev` of an event and the event. `prev` is `floor` if the newest id of the
 * address is unknown: at its first event, or if it was dropped to limit the size of the hash.
 *
 * KEYS stream, state. ARGV a new mark, events to keep, events to keep in a burst, bytes to keep, ms to keep (0: no limit),
 * addresses to keep, then address, event, data of each event. Returns the ids. Requires Redis 6.2.
 */
export const APPEND_SCRIPT = `${POSITION}
local count, burst, limit, age, addresses =
  tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
mark = string.match(epochs, '(%w+):[^:]*$')
local ms, n = string.match(head, '^(%d+)-(%d+)$')
ms, n = math.max(tonumber(ms), now), tonumber(n)
local ids = {}
for i = 7, #ARGV, 3 do
  local field = ':' .. ARGV[i]
  local prev = redis.call('HGET', state, field) or floor
  n = n + 1
  local id = string.format('%.0f-%.0f', ms, n)
  redis.call('XADD', stream, id, 'p', prev, 'a', ARGV[i], 'e', ARGV[i + 1], 'd', ARGV[i + 2],
    'm', mark, 'c', string.format('%.0f', bytes))
  bytes = bytes + #ARGV[i] + #ARGV[i + 1] + #ARGV[i + 2] + 64
  redis.call('HSET', state, 'head', id, 'floor', floor, 'bytes', string.format('%.0f', bytes), field, id)
  ids[#ids + 1] = id .. '-' .. mark
end
local function number(id) return tonumber(string.match(id, '(%d+)$')) end
local recent = redis.call('XRANGE', stream, string.format('%.0f', now - ${BURST_WINDOW_MS}), '+', 'COUNT', 1)[1]
if recent then count = math.min(math.max(n + 1 - number(recent[1]), count), math.max(burst, count)) end
redis.call('XTRIM', stream, 'MAXLEN', '~', count)
if age > 0 then
  redis.call('XTRIM', stream, 'MINID', string.format('%.0f', math.max(now - age, 0)))
end
local function excess(entry)
  local fields = entry[2]
  return fields[11] == 'c' and bytes - tonumber(fields[12]) - limit or 0
end
for _ = 1, 100 do
  local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
  local over = oldest and excess(oldest) or 0
  local length = over > 0 and redis.call('XLEN', stream) or 0
  if length < 2 then break end
  -- The number of events that the excess is likely to have, and the first event that may stay.
  local some = math.min(math.max(math.ceil(over / ((over + limit) / length)), 1), 64, length - 1)
  local page = redis.call('XRANGE', stream, '-', '+', 'COUNT', some + 1)
  local keep = page[#page]
  for i = 2, #page do
    if excess(page[i]) <= 0 then keep = page[i] break end
  end
  redis.call('XTRIM', stream, 'MINID', keep[1])
end
local fields = redis.call('HLEN', state) - 5
for _ = 1, math.min(fields - addresses, 2 * #ids) do
  local some = redis.call('HRANDFIELD', state, 8, 'WITHVALUES')
  local oldest
  for i = 1, #some, 2 do
    if string.sub(some[i], 1, 1) == ':' and (not oldest or number(some[i + 1]) < number(some[oldest + 1])) then
      oldest = i
    end
  end
  if oldest then
    redis.call('HDEL', state, some[oldest])
    if number(some[oldest + 1]) > number(floor) then floor = some[oldest + 1] end
    redis.call('HSET', state, 'floor', floor)
  end
end
return ids
`

/** A new mark: 32 random bits. */
export function newMark(): string {
  const [bits = 0] = crypto.getRandomValues(new Uint32Array(1))
  return bits.toString(36).padStart(7, '0')
}

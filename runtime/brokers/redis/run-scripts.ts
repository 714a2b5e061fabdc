/**
 * The log of one run. A hash has the run: `p` writer, `o` owner, `a` address, `b` hash of the request's body, `s` stamp and,
 * once the run is sealed, `e` its end. A list has its events in order, each as `<event>\n<data>`. Every change adds an
 * entry to a stream that all processes read, so they read the run again. Requires Redis 6.2.
 */

/** Number of changes that a process can be behind before it misses some; it reads missed changes later. */
const CHANGES = 1000

const SEAL = `
local function changed(isSealed)
  redis.call('HINCRBY', KEYS[1], 's', 1)
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', ${CHANGES}, '*', 'r', ARGV[1], 'e', isSealed)
end
local function seal(ending, retention)
  redis.call('HSET', KEYS[1], 'e', ending)
  redis.call('PEXPIRE', KEYS[1], retention)
  redis.call('PEXPIRE', KEYS[2], retention)
  changed('1')
end
`

/**
 * Creates a run, unless its idempotency key belongs to another run.
 * KEYS run, idempotency key (optional). ARGV id, the run of that key that is known to be deleted, writer, owner, address,
 * body, ms to keep. Returns the id of the run that has the key.
 */
export const CREATE = `
if KEYS[2] then
  local known = redis.call('GET', KEYS[2])
  if known and known ~= ARGV[2] then return known end
  redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[7])
end
redis.call('HSET', KEYS[1], 'p', ARGV[3], 'o', ARGV[4], 'a', ARGV[5], 'b', ARGV[6], 's', '0')
redis.call('PEXPIRE', KEYS[1], ARGV[7])
return ARGV[1]
`

/**
 * Appends events, all or none, and seals the run if ARGV has its end.
 * KEYS run, log, changes. ARGV id, writer, number of events before these, end or '', ms to keep a sealed run, events.
 * Returns 1 if the log now has the events, else 0.
 */
export const APPEND_RUN = `${SEAL}
local writer, after, ending, retention = ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]
local run = redis.call('HMGET', KEYS[1], 'p', 'e')
if run[1] ~= writer then return 0 end
local count = redis.call('LLEN', KEYS[2])
if run[2] then
  if run[2] == ending and after + #ARGV - 5 <= count then return 1 end
  return 0
end
if after > count then
  seal('failed', retention)
  return 0
end
local first = 6 + count - after
if first <= #ARGV then
  redis.call('RPUSH', KEYS[2], unpack(ARGV, first))
  if count == 0 then redis.call('PEXPIRE', KEYS[2], redis.call('PTTL', KEYS[1])) end
end
if ending ~= '' then
  seal(ending, retention)
elseif first <= #ARGV then
  changed('0')
end
return 1
`

/** Renews the lease. KEYS run. ARGV writer. Returns 1 if the run is open and has this writer, else 0. */
export const RENEW = `
local run = redis.call('HMGET', KEYS[1], 'p', 'e')
if run[1] ~= ARGV[1] or run[2] then return 0 end
redis.call('HINCRBY', KEYS[1], 's', 1)
return 1
`

/**
 * Seals an open run. KEYS run, log, changes. ARGV id, end, ms to keep a sealed run, the stamp that the run must have or ''.
 * Returns the end of the run; '' if it is open, nil if it does not exist.
 */
export const SEAL_RUN = `${SEAL}
local ending, retention, stamp = ARGV[2], ARGV[3], ARGV[4]
local run = redis.call('HMGET', KEYS[1], 'p', 'e', 's')
if not run[1] then return false end
if run[2] then return run[2] end
if stamp ~= '' and run[3] ~= stamp then return '' end
seal(ending, retention)
return ending
`

/**
 * Reads a run's state and the events after a position, at least one if there is one.
 * KEYS run, log. ARGV position, bytes. Returns nil if the run does not exist, else number of events, end or '', stamp,
 * events.
 */
export const READ_RUN = `
local at, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
local run = redis.call('HMGET', KEYS[1], 'p', 'e', 's')
if not run[1] then return false end
local page = { redis.call('LLEN', KEYS[2]), run[2] or '', run[3] }
local size = 0
while size < limit do
  local items = redis.call('LRANGE', KEYS[2], at, at + 15)
  if #items == 0 then break end
  for _, item in ipairs(items) do
    page[#page + 1] = item
    size, at = size + #item + 32, at + 1
    if size >= limit then break end
  end
end
return page
`

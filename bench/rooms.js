// Memory of rooms: what an address costs without events, with an event, and with a client.
// Run with: npm run bench:rooms
require('../test/support/typescript-hook.js')
const { setImmediate } = require('node:timers/promises')
const { memoryBroker } = require('../runtime/brokers/memory-broker.ts')
const { HubCore } = require('../runtime/hub/hub-core.ts')

const ROOMS = Number(process.env.ROOMS ?? 100_000)
const times = { heartbeat: 0, maxDuration: 0, retry: 1000, closeTimeout: 0, stallTimeout: 0 }

function createCore(maxEvents) {
  const limits = { maxEvents, maxBytes: Infinity, maxAge: Infinity }
  return new HubCore(memoryBroker()({ name: 'rooms', ...limits }), {
    ...limits,
    maxEventsPerRoom: Infinity,
    maxReplayRate: Infinity,
    times,
    onError: (error) => {
      throw error
    },
    notify: () => undefined,
  })
}

/** The memory of a client without its socket: only the difference between two runs is used. */
class Connection {
  isOpen = false
  isBlocked = false
  unsent = 0
  canOpen = true
  open() {
    this.isOpen = true
    return true
  }
  write() {
    return true
  }
}

async function publishToEach(core, count, prefix) {
  for (let n = 0; n < count; n++) {
    await core.publish(`rooms/${prefix}${n}`, '', '{"n":1}')
    // A hub sends events, and discards old ones, in a later turn of the event loop.
    if (n % 1000 === 0) await setImmediate()
  }
  await setImmediate()
}

function joinEach(core, count, addressOf) {
  for (let n = 0; n < count; n++) {
    core.join(
      { address: addressOf(n), lastEventId: '' },
      () => new Connection(),
      () => undefined,
    )
  }
}

/** Bytes of heap that `run` leaves in use. */
async function heapOf(run) {
  globalThis.gc()
  const before = process.memoryUsage().heapUsed
  const held = await run()
  globalThis.gc()
  const bytes = process.memoryUsage().heapUsed - before
  return { bytes, held }
}

async function main() {
  const core = () => createCore(1)
  const row = (name, bytes) => console.log(`${name.padEnd(58)} ${Math.round(bytes)} bytes`)

  const empty = await heapOf(async () => {
    const hub = core()
    await publishToEach(hub, ROOMS, '')
    return hub
  })
  row('an address without clients or events', empty.bytes / ROOMS)

  const withEvent = await heapOf(async () => {
    const hub = createCore(ROOMS)
    await publishToEach(hub, ROOMS, '')
    return hub
  })
  row('an address with one small event in the history', withEvent.bytes / ROOMS)

  const shared = await heapOf(() => {
    const hub = core()
    joinEach(hub, ROOMS, () => 'rooms/1')
    return hub
  })
  const separate = await heapOf(() => {
    const hub = core()
    joinEach(hub, ROOMS, (n) => `rooms/${n}`)
    return hub
  })
  row('a room with a client, without the client', (separate.bytes - shared.bytes) / ROOMS)
}

main()

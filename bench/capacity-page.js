// The text of docs/capacity.md. Every figure is measured by capacity.js, or calculated here from a measured one.
const MILLION = 1_000_000
/** Bytes of the event of the runs in the stream, and of TCP/IP headers for each packet. */
const EVENT_BYTES = 260
const HEADER_BYTES = 66
/** Share of a core that the calculation uses: the rest is for peaks, reconnects and the application. */
const CPU_SHARE = 0.5
const MEMORY_BYTES = 2 ** 30
/** Events per second through one Redis server; docs/scaling.md. */
const REDIS_EVENTS = 75_000

const number = (value, digits = 0) =>
  value.toLocaleString('en-US', { maximumFractionDigits: digits }).replaceAll(',', ' ')
/** Two significant digits: the rest would be noise. */
const rounded = (value) => number(Number(value.toPrecision(2)), 2)

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** Clients of one process, by what limits them, at a number of events per second and client. */
function processesFor(rate, { cpu, rss }) {
  const byCpu = (CPU_SHARE * MILLION) / (cpu * rate)
  const byMemory = MEMORY_BYTES / rss
  const clients = Math.min(byCpu, byMemory)
  return {
    clients,
    processes: Math.ceil(MILLION / clients),
    limit: byCpu < byMemory ? 'CPU' : 'memory',
    gigabits: (MILLION * rate * (EVENT_BYTES + HEADER_BYTES) * 8) / 1e9,
  }
}

function pageOf({ machine, rows, rooms, rate }) {
  const largest = rows.at(-1)
  const rates = [0.1, 1, 5].map((each) => ({ each, ...processesFor(each, largest) }))
  const [, atOne] = rates
  const redisMegabits = (rate * atOne.processes * EVENT_BYTES * 8) / 1e6
  const holdMs = (largest.cpu * atOne.clients) / 1000
  const stormSeconds = (MILLION * largest.stormCpu) / MILLION / atOne.processes
  return `# Capacity

How many clients one process can serve, and how many processes a million clients need. \`npm run capacity\` in this repository measures it and writes this page; run it on a machine like yours.

The run: ${machine.date}, Node.js ${machine.node}, ${machine.cores} cores (${machine.model}), with the clients on the same machine over loopback. The load average was ${machine.load.toFixed(1)} when it began. ${
    machine.load > 0.5 * machine.cores
      ? 'Other programs were running, so delays and times are longer than on an otherwise idle machine; CPU times are somewhat higher too, and memory is not affected.'
      : 'The machine was otherwise idle.'
  }

## One process

One hub on \`node:http\` without TLS and without heartbeats, one room, ${rate} events per second of about ${EVENT_BYTES} bytes to every client:

${table(
  [
    'clients',
    'memory per client',
    'JavaScript heap per client',
    'CPU per delivered event',
    'event-loop delay, p99',
  ],
  rows.map(({ count, rss, heap, cpu, delay }) => [
    number(count),
    `${rounded(rss / 1000)} KB`,
    `${rounded(heap / 1000)} KB`,
    `${rounded(cpu)} µs`,
    `${rounded(delay)} ms`,
  ]),
)}

![Memory per client, CPU per delivered event and event-loop delay over the number of clients](capacity.svg)

Memory is the resident set, without the kernel's socket buffers. The event loop does nothing else while an event is written to all clients of a room, so the delay grows with the number of clients. Events that are published in one turn of the event loop are written together, so bursts cost less per event than this table: see \`npm run bench:server\`.

## A reconnect storm

All clients lose their connection at the same moment and reconnect with \`Last-Event-ID\`, 50 at a time from each of the client processes:

${table(
  ['clients', 'until the last one is connected', 'CPU per reconnect', 'event-loop delay, p99'],
  rows.map(({ count, stormSeconds: seconds, stormCpu, stormDelay }) => [
    number(count),
    `${rounded(seconds)} s`,
    `${rounded(stormCpu)} µs`,
    `${rounded(stormDelay)} ms`,
  ]),
)}

The time includes the work of the clients, which share the cores of the machine. A generated client waits for a random time before it reconnects, which grows with each failure (\`reconnect\` in [the client's options](client.md)), so real storms are spread over seconds. \`maxReplayRate\` limits the bytes per second of replayed history ([server](server.md)).

## Rooms

${table(
  [`${number(rooms.count)} rooms`, 'memory per room', 'memory of all'],
  [
    ['an empty room that has had events; at most 100 000 are stored', null],
    ['a room with one small event in the history', rooms.withEvent],
    ['a room with one client, without the client', rooms.withClient],
  ].map(([name, bytes]) => [
    name,
    bytes === null ? `about ${number(rooms.emptyStored)} bytes` : `${number(bytes)} bytes`,
    bytes === null
      ? `${rounded((rooms.emptyStored * 100_000) / MILLION)} MB`
      : `${rounded((bytes * rooms.count) / MILLION)} MB`,
  ]),
)}

The process needs a heap of that size: \`node --max-old-space-size=4096\`.

## A million clients

This is a calculation, not a measurement. It uses the figures of the last row of the first table. The limits are ${CPU_SHARE * 100} % of a core and 1 GiB of memory per process. Events have ${EVENT_BYTES} bytes, plus ${HEADER_BYTES} bytes of TCP/IP headers:

${table(
  [
    'events per second and client',
    'clients per process',
    'limited by',
    'processes',
    'network, all processes',
  ],
  rates.map(({ each, clients, limit, processes, gigabits }) => [
    String(each),
    number(Number(clients.toPrecision(2))),
    limit,
    number(processes),
    `${rounded(gigabits)} Gbit/s`,
  ]),
)}

The limits, in the order in which they are reached:

1. **CPU and network of the servers**, as in the table. Each process is one core; more processes are the remedy. One event to all clients of a process with ${number(Number(atOne.clients.toPrecision(2)))} clients occupies its event loop for ${rounded(holdMs)} ms.
2. **File descriptors.** One client is one descriptor: set \`ulimit -n\` above the number of clients of a process ([deploying](deploying.md)). A proxy needs two descriptors per client. From one of its addresses it can open about 28 000 connections to one address and port of a process; a wider \`net.ipv4.ip_local_port_range\` raises this.
3. **Redis, if clients have rooms of their own.** Every process reads all events of its hubs. One Redis server takes about ${number(REDIS_EVENTS)} events per second ([scaling](scaling.md#sizing)). A million rooms with one event per second each are above that: use several hubs with different \`name\`s, on different nodes of a cluster, and processes that serve only some of them. Events for everyone are cheap: ${rate} events per second to ${number(atOne.processes)} processes are ${rounded(redisMegabits)} Mbit/s.
4. **Reconnects.** If all processes restart at once, each spends ${rounded(stormSeconds)} s of CPU on reconnects. Restart one process at a time.
5. **Memory of rooms**, at more than a few million rooms per process: see above.
`
}

module.exports = { pageOf }

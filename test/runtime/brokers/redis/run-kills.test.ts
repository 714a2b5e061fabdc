import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pick, seededRandom } from '../../../support/random'
import { Child } from '../../../support/child'
import { Balancer } from './support/kills/balancer'
import { RedisServer, describeRedis } from './support/redis-server'
import { freePort } from '../../../support/free-port'
import { HttpReader } from './support/run-kills/http-reader'
import { RunModel, type Production } from './support/run-kills/model'
import { Page } from './support/run-kills/page'
import { LEASE } from './support/run-kills/times'

/** All of them where everything is tested; `KILLS=100 npx jest test/runtime/brokers/redis/run-kills` elsewhere. */
const KILLS = Number(process.env['KILLS'] ?? (process.env['CI_REQUIRE_ALL'] === '1' ? 100 : 15))
const SEED = Number(process.env['SEED'] ?? 1)
const KINDS = [
  'client',
  'network',
  'reload',
  'tab',
  'producer',
  'server',
  'redis',
  'pause',
  'stop',
] as const

/** Fails with an explanation if a promise does not settle: a guard against hanging, not a requirement. */
async function within(promise: Promise<unknown>, explain: () => string): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = globalThis.setTimeout(() => reject(new Error(explain())), 120_000)
  })
  await Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

describeRedis('Runs of two servers behind one Redis', () => {
  const servers: Child[] = []
  let redis: RedisServer
  let balancer: Balancer
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.kill()))
    await balancer.close()
    await redis.close()
  })

  it(`are read as they are stored and end as they ended, over ${KILLS} kills, pauses and stops`, async () => {
    redis = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'always')
    const ports = [await freePort(), await freePort()]
    balancer = await Balancer.start(ports)
    const labels: string[] = []
    /** The process that produces each run, by the id of the run. */
    const productions: Production[] = []
    /** Labels of the processes that were killed or paused, and of Redis, in order. */
    const failed: string[] = []
    const next = seededRandom(SEED)
    let lives = 0
    const startServer = async (index: number): Promise<void> => {
      const label = (labels[index] = `${index}.${lives++}`)
      const args = [String(ports[index]), redis.url, label]
      const file = join(__dirname, 'support/run-kills/server.ts')
      servers[index] = await Child.start(file, args, (message) => {
        if ('run' in (message as Production)) productions.push(message as Production)
      })
    }
    const killServer = async (index: number): Promise<void> => {
      failed.push(labels[index] ?? '')
      await servers[index]?.kill()
      await startServer(index)
    }
    /** Index of the server that produces a run, if one does. */
    const producerOf = ({ id }: RunModel): number =>
      labels.indexOf(productions.find(({ run }) => run === id)?.by ?? '')
    await Promise.all([startServer(0), startServer(1)])

    const runs: RunModel[] = []
    const stops: Promise<void>[] = []
    const counts: Record<string, number> = {}
    for (let kill = 0; kill < KILLS; kill++) {
      while (runs.filter(({ isOpen }) => isOpen).length < 4) {
        const count = 20 + Math.floor(next() * 200)
        runs.push(new RunModel(balancer.url, `k${runs.length}`, count, failed.length))
      }
      await setTimeout(next() * 300)
      const kind = pick(next, KINDS)
      const run =
        pick(
          next,
          runs.filter(({ isOpen }) => isOpen),
        ) ?? runs[0]
      const index = next() < 0.5 ? 0 : 1
      counts[kind] = (counts[kind] ?? 0) + 1
      if (kind === 'client') for (const reader of run?.readers ?? []) reader.cut()
      else if (kind === 'network') balancer.cut()
      else if (kind === 'reload') for (const reader of run?.readers ?? []) reader.reload()
      else if (kind === 'tab') run?.open(pick(next, [Page, HttpReader]))
      else if (kind === 'stop') stops.push(run?.stop() ?? Promise.resolve())
      else if (kind === 'server') await killServer(index)
      else if (kind === 'producer') {
        const producer = run === undefined ? -1 : producerOf(run)
        await killServer(producer < 0 ? index : producer)
      } else if (kind === 'redis') {
        failed.push('redis')
        await redis.kill('SIGKILL')
        await redis.up()
      } else {
        failed.push(labels[index] ?? '')
        servers[index]?.signal('SIGSTOP')
        await setTimeout(next() < 0.5 ? LEASE / 2 : 2 * LEASE)
        servers[index]?.signal('SIGCONT')
      }
    }
    await Promise.all(stops)
    for (const [n, { readers }] of runs.entries()) {
      const open = (): string => {
        const left = readers.filter(({ end, fault }) => end === undefined && fault === undefined)
        return `run ${n} at ${readers[0]?.location}: ${left.length} of ${readers.length} readers have no end, after ${left.map(({ events }) => events.length).join(', ')} events`
      }
      await within(Promise.all(readers.map(({ finished }) => finished)), open)
    }
    // What each client has read is compared with the log as a new client of each kind reads it.
    for (const run of runs) {
      for (const Client of [Page, HttpReader]) await run.open(Client)?.finished
      run.producers.push(...productions.filter((each) => each.run === run.id).map(({ by }) => by))
    }

    const ends: Record<string, number> = { done: 0, stopped: 0, failed: 0 }
    for (const { readers } of runs) {
      const end = String(readers.at(-1)?.end)
      ends[end] = (ends[end] ?? 0) + 1
    }
    console.log(
      `${runs.length} runs ${JSON.stringify(ends)}, seed ${SEED}: ${JSON.stringify(counts)}`,
    )
    const faults = runs.flatMap((run, n) =>
      run.faults(failed.slice(run.failuresBefore)).map((fault) => `run ${n}: ${fault}`),
    )
    expect(faults).toEqual([])
    expect(ends['done']).toBeGreaterThan(0)
    expect(Object.keys(ends)).toEqual(['done', 'stopped', 'failed'])
    if (KILLS >= 100) expect(Math.min(...Object.values(ends))).toBeGreaterThan(0)
  }, 900_000)
})

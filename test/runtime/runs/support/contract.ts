import type { RunBroker, RunLog } from '../../../../runtime/runs/run-log'
import { create, eventsOf, newRun, SETTINGS } from './logs'

/** What every log of runs does. */
export function contract(broker: () => RunBroker): void {
  let log: RunLog
  beforeEach(() => {
    log = broker()(SETTINGS)
  })
  afterEach(() => log.close())

  const textOf = async (run: string, after = 0, maxBytes = 1e6): Promise<string[] | undefined> =>
    (await log.read(run, after, maxBytes))?.events.map(({ data }) => data)

  it('stores events in order, as they are', async () => {
    const { run, writer } = await create(log)
    const contents = ['', 'null', '{"a":"\\n"}', 'a\r\nb\0c', '\u2028𝒳ü', 'x'.repeat(300_000)]
    expect(await log.append({ run, writer, after: 0, events: eventsOf(...contents) })).toBe(
      'appended',
    )
    expect(await textOf(run)).toEqual(contents)
    await log.append({ run, writer, after: 6, events: [{ event: '', data: 'last' }] })
    expect((await log.read(run, 6, 1))?.events).toEqual([{ event: '', data: 'last' }])
  })

  it('accepts a repeated batch once, also one that overlaps', async () => {
    const { run, writer } = await create(log)
    const batch = { run, writer, after: 0, events: eventsOf('a', 'b') }
    expect([await log.append(batch), await log.append(batch)]).toEqual(['appended', 'appended'])
    await log.append({ run, writer, after: 1, events: eventsOf('b', 'c') })
    expect(await textOf(run)).toEqual(['a', 'b', 'c'])
  })

  it('accepts a repeated batch that sealed the run', async () => {
    const { run, writer } = await create(log)
    const batch = { run, writer, after: 0, events: eventsOf('a'), end: 'done' as const }
    expect([await log.append(batch), await log.append(batch)]).toEqual(['appended', 'appended'])
    expect(await log.read(run, 0, 100)).toMatchObject({ count: 1, end: 'done' })
  })

  it.each(['done', 'failed'] as const)('refuses events after the run is %s', async (end) => {
    const { run, writer } = await create(log)
    await log.append({ run, writer, after: 0, events: eventsOf('a'), end })
    expect(await log.append({ run, writer, after: 1, events: eventsOf('b') })).toBe('refused')
    expect(await log.renew(run, writer)).toBe('refused')
    expect(await textOf(run)).toEqual(['a'])
    expect((await log.find(run))?.end).toBe(end)
  })

  it('refuses another writer, and an unknown run', async () => {
    const { run, writer } = await create(log)
    expect(await log.append({ run, writer: 'other', after: 0, events: eventsOf('a') })).toBe(
      'refused',
    )
    expect(await log.renew(run, 'other')).toBe('refused')
    expect(await log.renew(run, writer)).toBe('renewed')
    const unknown = log.newId(undefined)
    expect(await log.append({ run: unknown, writer, after: 0, events: eventsOf('a') })).toBe(
      'refused',
    )
    expect(await log.renew(unknown, writer)).toBe('refused')
    expect(await textOf(run)).toEqual([])
  })

  it('seals a run with a gap as failed', async () => {
    const { run, writer } = await create(log)
    await log.append({ run, writer, after: 0, events: eventsOf('a') })
    expect(await log.append({ run, writer, after: 2, events: eventsOf('c') })).toBe('refused')
    expect(await log.read(run, 0, 100)).toMatchObject({ count: 1, end: 'failed' })
  })

  it('reads any part of a run, at least one event at a time', async () => {
    const { run, writer } = await create(log)
    const texts = Array.from({ length: 100 }, (_, n) => String(n))
    await log.append({ run, writer, after: 0, events: eventsOf(...texts) })
    for (const after of [0, 1, 50, 99]) expect(await textOf(run, after)).toEqual(texts.slice(after))
    expect(await textOf(run, 7, 1)).toEqual(['7'])
    expect(await textOf(run, 100)).toEqual([])
    expect(await textOf(run, 200)).toEqual([])
    const part = await textOf(run, 0, 1000)
    expect(part?.length).toBeGreaterThan(5)
    expect(part?.length).toBeLessThan(50)
  })

  it('stops a run once, and returns how it ended each time', async () => {
    const { run } = await create(log)
    expect([await log.stop(run), await log.stop(run)]).toEqual(['stopped', 'stopped'])
    const done = await create(log)
    await log.append({ ...done, after: 0, events: [], end: 'done' })
    expect(await log.stop(done.run)).toBe('done')
    expect(await log.stop(log.newId(undefined))).toBeUndefined()
  })

  it('makes one run for one idempotency key', async () => {
    const key = 'ab'.repeat(32)
    const first = newRun(log, { idempotencyKey: key })
    expect(await log.findByKey(key)).toBeUndefined()
    expect(await log.create(first)).toBe(first.id)
    const second = newRun(log, { idempotencyKey: key })
    expect(await log.create(second)).toBe(first.id)
    expect(await log.findByKey(key)).toBe(first.id)
    expect(await log.find(second.id)).toBeUndefined()
    expect(await log.create(second, first.id)).toBe(second.id)
    expect(await log.findByKey(key)).toBe(second.id)
  })

  it('keeps the parameters of a run', async () => {
    const record = { owner: 'ü{}', address: 'chat/%7B', body: 'b' }
    const { run } = await create(log, { record })
    expect(await log.find(run)).toEqual({ ...record, end: undefined })
  })

  it.each(['', 'x', '../..', 'f'.repeat(32), 'f'.repeat(34), '00'.repeat(16), '{}*'])(
    'has no run %j',
    async (id) => {
      expect(await log.find(id)).toBeUndefined()
      expect(await log.read(id, 0, 1)).toBeUndefined()
    },
  )

  it('makes ids of 128 random bits', () => {
    const ids = new Set(Array.from({ length: 1000 }, () => log.newId(undefined)))
    expect(ids.size).toBe(1000)
    for (const id of ids) expect(id).toMatch(/^(00)?[0-9a-f]{32}$/)
  })

  it('reports changes, and which one seals the run', async () => {
    const { run, writer } = await create(log)
    const seen: boolean[] = []
    let changed: () => void = () => undefined
    const next = (): Promise<void> => new Promise((resolve) => (changed = resolve))
    const unwatch = log.watch(run, (isSealed) => {
      seen.push(isSealed)
      changed()
    })
    const first = next()
    await log.append({ run, writer, after: 0, events: eventsOf('a') })
    await first
    while (!seen.at(-1)) {
      const sealed = next()
      await log.stop(run)
      await sealed
    }
    unwatch()
  })

  it('deletes a sealed run after its retention', async () => {
    const short = broker()({ name: 'Short', retention: 50, maxRunTime: 60_000 })
    const key = 'cd'.repeat(32)
    const { run } = await create(short, { idempotencyKey: key })
    await short.stop(run)
    const sealed = performance.now()
    while ((await short.find(run)) !== undefined) await new Promise((each) => setTimeout(each, 5))
    expect(performance.now() - sealed).toBeGreaterThanOrEqual(45)
    expect(await short.read(run, 0, 1)).toBeUndefined()
    const next = newRun(short, { idempotencyKey: key })
    const known = await short.findByKey(key)
    expect(await short.create(next, known)).toBe(next.id)
    await short.close()
  })

  it('removes a run that is never sealed after maxRunTime and retention', async () => {
    const short = broker()({ name: 'Short', retention: 30, maxRunTime: 30 })
    const { run, writer } = await create(short)
    await short.append({ run, writer, after: 0, events: eventsOf('a') })
    while ((await short.find(run)) !== undefined) await new Promise((each) => setTimeout(each, 5))
    expect(await short.read(run, 0, 1)).toBeUndefined()
    await short.close()
  })
}

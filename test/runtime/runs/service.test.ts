import { memoryRuns } from '../../../runtime/runs/memory-run-log'
import {
  type RunBatch,
  type RunBroker,
  RunLimitError,
  type RunLog,
} from '../../../runtime/runs/run-log'
import { deferred } from '../server/support/host'
import { aborted, count, event, Harness, numbers, OWNER } from './support/service'

describe('A service of runs', () => {
  const made: Harness[] = []
  function harness(...args: ConstructorParameters<typeof Harness>): Harness {
    const each = new Harness(...args)
    made.push(each)
    return each
  }
  afterEach(async () => {
    await Promise.all(made.splice(0).map((each) => each.close()))
  })

  it('runs to the end without a reader, and sends the whole run to a later one', async () => {
    const runs = harness()
    let isDone = false
    const run = await runs.run(async function* () {
      yield* count(500)
      isDone = true
    })
    while (!isDone || runs.service.size > 0) await new Promise(setImmediate)
    expect(await runs.read(run)).toEqual({ texts: numbers(1, 500), end: 'done' })
    expect(await runs.service.find(run, OWNER)).toBe('done')
    expect(runs.errors).toEqual([])
  })

  it('resumes at each position while the run is written, and after', async () => {
    const runs = harness()
    const run = await runs.run(() => count(60))
    const live = await Promise.all(numbers(0, 60).map((after) => runs.read(run, Number(after))))
    for (const [after, { texts, end }] of live.entries()) {
      expect(texts).toEqual(numbers(after + 1, 60))
      expect(end).toBe('done')
    }
    for (let after = 0; after <= 60; after++) {
      expect((await runs.read(run, after)).texts).toEqual(numbers(after + 1, 60))
    }
  })

  it('does not let a slow reader slow the producer or other readers', async () => {
    const runs = harness()
    const run = await runs.run(() => count(2000))
    const slow = runs.service.pages(run, 0, new AbortController().signal)
    const first = await slow.next()
    expect((await runs.read(run)).texts).toHaveLength(2000)
    const texts = first.done === true ? [] : first.value.map(({ data }) => data)
    for await (const page of slow) texts.push(...page.map(({ data }) => data))
    expect(texts).toEqual(numbers(1, 2000))
  })

  it('stops: the signal aborts, the iterator returns, and events behind the stop are not stored', async () => {
    const runs = harness()
    let hasReturned = false
    let behind: string[] = []
    const run = await runs.run(async function* (signal) {
      try {
        yield* count(10)
        await aborted(signal)
        behind = ['late']
        yield 'late'
      } finally {
        hasReturned = true
      }
    })
    const reading = runs.read(run)
    while ((await runs.service.state(run, 9))?.events.length !== 1) await new Promise(setImmediate)
    expect(await runs.service.stop(run, OWNER)).toBe('stopped')
    expect(await reading).toEqual({ texts: numbers(1, 10), end: 'stopped' })
    while (!hasReturned) await new Promise(setImmediate)
    expect(behind).toEqual(['late'])
    expect(await runs.service.stop(run, OWNER)).toBe('stopped')
    expect((await runs.read(run)).texts).toEqual(numbers(1, 10))
    expect(runs.errors).toEqual([])
  })

  it('stops a run whose producer ignores its signal', async () => {
    const runs = harness()
    const run = await runs.run(async function* () {
      yield '1'
      await new Promise(() => undefined)
    })
    const reading = runs.read(run)
    expect(await runs.service.stop(run, OWNER)).toBe('stopped')
    expect((await reading).end).toBe('stopped')
    while (runs.service.size > 0) await new Promise(setImmediate)
  })

  it('ends as failed if the producer throws, and reports the error', async () => {
    const runs = harness()
    const error = new Error('no model')
    const run = await runs.run(async function* () {
      yield* count(5)
      throw error
    })
    expect(await runs.read(run)).toEqual({ texts: numbers(1, 5), end: 'failed' })
    expect(runs.errors).toEqual([error])
  })

  it('ends as failed if the producer throws before the first event', async () => {
    const runs = harness()
    const run = await runs.run(() => {
      throw new TypeError('no key')
    })
    expect(await runs.read(run)).toEqual({ texts: [], end: 'failed' })
    expect(runs.errors).toEqual([new TypeError('no key')])
  })

  it('ends a run at maxRunBytes as failed, with the events that fit', async () => {
    const runs = harness({ maxRunBytes: 10_000 })
    let reason: unknown
    const run = await runs.run(async function* (signal) {
      signal.addEventListener('abort', () => (reason = signal.reason))
      for (;;) yield 'x'.repeat(963)
    })
    expect(await runs.read(run)).toEqual({
      texts: Array.from({ length: 10 }, () => 'x'.repeat(963)),
      end: 'failed',
    })
    expect(reason).toBeInstanceOf(RunLimitError)
    expect(runs.errors).toEqual([new RunLimitError(run, 'maxRunBytes', 10_000)])
    expect(runs.errors).toMatchObject([{ limit: 'maxRunBytes' }])
  })

  it('ends a run at maxRunTime as failed', async () => {
    const runs = harness({ maxRunTime: 30 })
    const run = await runs.run(async function* () {
      yield '1'
      await new Promise(() => undefined)
    })
    expect(await runs.read(run)).toEqual({ texts: ['1'], end: 'failed' })
    expect(runs.errors).toMatchObject([{ name: 'RunLimitError', limit: 'maxRunTime' }])
  })

  it('ends at a terminal event, and adds the sentinel', async () => {
    const runs = harness({ sentinel: event('[DONE]') })
    let hasReturned = false
    const run = await runs.run(async function* () {
      try {
        yield* ['1', 'END', 'never']
      } finally {
        hasReturned = true
      }
    })
    expect(await runs.read(run)).toEqual({ texts: ['1', 'END', '[DONE]'], end: 'done' })
    while (!hasReturned) await new Promise(setImmediate)
  })

  it('stores the events after which clients stop reading in one step with the end', async () => {
    const wrapped = new WrappedLogs()
    const batches: RunBatch[] = []
    wrapped.fault = (batch) => {
      batches.push(batch)
      return 'none'
    }
    const runs = harness({ broker: wrapped.broker, sentinel: event('[DONE]') })
    const run = await runs.run(async function* () {
      yield '1'
      await new Promise(setImmediate)
      yield 'END'
    })
    expect(await runs.read(run)).toEqual({ texts: ['1', 'END', '[DONE]'], end: 'done' })
    expect(batches.map(({ events, end }) => [...events.map(({ data }) => data), end])).toEqual([
      ['1', undefined],
      ['END', '[DONE]', 'done'],
    ])
  })

  it('adds no sentinel to a run that failed', async () => {
    const runs = harness({ sentinel: event('[DONE]') })
    const run = await runs.run(async function* () {
      yield '1'
      throw new Error('x')
    })
    expect(await runs.read(run)).toEqual({ texts: ['1'], end: 'failed' })
  })

  it('joins a request that is repeated with its idempotency key', async () => {
    const runs = harness({ maxRuns: 1 })
    let starts = 0
    const produce = async function* (signal: AbortSignal): AsyncGenerator<string> {
      starts++
      yield '1'
      await aborted(signal)
    }
    const request = { idempotencyKey: 'k', body: { model: 'm' } }
    const [first, second] = await Promise.all([
      runs.run(produce, request),
      runs.start(produce, request),
    ])
    // Two at a time: the second one is refused for lack of room, or joined.
    expect([503, { run: first }]).toContainEqual(second)
    expect(await runs.run(produce, request)).toBe(first)
    expect(starts).toBe(1)
    expect(await runs.start(produce, { ...request, body: { model: 'n' } })).toBe(422)
    const { service } = runs
    await service.stop(first, OWNER)
    expect(await runs.run(produce, request)).toBe(first)
    expect(starts).toBe(1)
  })

  it('starts separate runs if owner or address differ, whatever the key', async () => {
    const runs = harness()
    const request = { idempotencyKey: 'k' }
    const ids = await Promise.all([
      runs.run(() => count(1), request),
      runs.run(() => count(1), { ...request, owner: 'bob' }),
      runs.run(() => count(1), { ...request, address: 'chat/2' }),
    ])
    expect(new Set(ids).size).toBe(3)
  })

  it('starts a new run after the run of the key has expired', async () => {
    const runs = harness({ retention: 20 })
    const request = { idempotencyKey: 'k' }
    const first = await runs.run(() => count(1), request)
    while ((await runs.service.find(first, OWNER)) !== undefined) {
      await new Promise((each) => setTimeout(each, 5))
    }
    expect(await runs.run(() => count(1), request)).not.toBe(first)
  })

  it('shows and stops a run for its owner at its address only', async () => {
    const runs = harness()
    const run = await runs.run(async function* (signal) {
      await aborted(signal)
      yield* []
    })
    const strangers = [{ owner: 'eve' }, { owner: '' }, { address: 'chat/2' }]
    for (const part of strangers) {
      const by = { ...OWNER, ...part }
      expect(await runs.service.find(run, by)).toBeUndefined()
      expect(await runs.service.stop(run, by)).toBeUndefined()
    }
    expect(await runs.service.find('0'.repeat(32), OWNER)).toBeUndefined()
    expect(await runs.service.find(run, OWNER)).toBeNull()
  })

  it('limits open runs, in all and by key, and frees the places', async () => {
    const runs = harness({ maxRuns: 3, maxRunsPerKey: 2 })
    const wait = async function* (signal: AbortSignal): AsyncGenerator<string> {
      await aborted(signal)
      yield* []
    }
    const first = await runs.run(wait, { limitKey: 'a' })
    await runs.run(wait, { limitKey: 'a' })
    expect(await runs.start(wait, { limitKey: 'a' })).toBe(429)
    await runs.run(wait, { limitKey: 'b' })
    expect(await runs.start(wait, { limitKey: 'b' })).toBe(503)
    await runs.service.stop(first, OWNER)
    while (runs.service.size > 2) await new Promise(setImmediate)
    await runs.run(wait, { limitKey: 'a' })
  })

  it('drains: waits for runs, then ends the others as failed, and starts no more', async () => {
    const runs = harness()
    const quick = await runs.run(() => count(20))
    const slow = await runs.run(async function* (signal) {
      yield '1'
      await aborted(signal)
    })
    const reading = Promise.all([runs.read(quick), runs.read(slow)])
    await runs.service.drain(200)
    expect((await reading).map(({ end }) => end)).toEqual(['done', 'failed'])
    expect(await runs.start(() => count(1))).toBe(503)
    expect(runs.errors).toEqual([
      new Error(`run ${slow} was ended as failed: the server shut down`),
    ])
  })

  it.each([
    ['waits for a run that is being created when it drains', 5000, 'done', []],
    ['ends a run as failed whose creation takes longer', 0, 'failed', ['ended as failed']],
  ] as const)('%s', async (_, timeout, end, errors) => {
    const wrapped = new WrappedLogs()
    const [created, continued] = [deferred(), deferred()]
    wrapped.onCreate = () => {
      created.resolve()
      return continued.promise
    }
    const runs = harness({ broker: wrapped.broker })
    const starting = runs.run(async function* (signal) {
      yield '1'
      if (timeout === 0) await aborted(signal)
    })
    await created.promise
    const drained = runs.service.drain(timeout)
    if (timeout === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    continued.resolve()
    const run = await starting
    await drained
    expect(runs.service.size).toBe(0)
    expect(await runs.service.find(run, OWNER)).toBe(end)
    expect(runs.errors).toEqual(
      errors.map(
        (text) =>
          expect.objectContaining({ message: expect.stringContaining(text) as string }) as Error,
      ),
    )
  })

  it('releases a reader at once when its signal aborts', async () => {
    const runs = harness()
    const run = await runs.run(async function* (signal) {
      yield '1'
      await aborted(signal)
    })
    const controller = new AbortController()
    const reading = runs.read(run, 0, controller.signal)
    await new Promise(setImmediate)
    controller.abort()
    expect((await reading).end).toBe('aborted')
  })

  it('makes the producer wait for the log, never for readers', async () => {
    const wrapped = new WrappedLogs()
    const runs = harness({ broker: wrapped.broker, maxRunBytes: 100 * 1024 * 1024 })
    wrapped.hold()
    let yielded = 0
    await runs.run(async function* (signal) {
      while (!signal.aborted && yielded < 1000) {
        yielded++
        yield 'x'.repeat(10_000)
      }
    })
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
    expect(yielded).toBeGreaterThan(20)
    expect(yielded).toBeLessThan(30)
    wrapped.release()
    while (runs.service.size > 0) await new Promise(setImmediate)
    expect(yielded).toBe(1000)
  })

  it('stores each event once over appends that fail before or after they took effect', async () => {
    const wrapped = new WrappedLogs()
    let call = 0
    wrapped.fault = () => (['before', 'after', 'none'] as const)[call++ % 3] ?? 'none'
    const runs = harness({ broker: wrapped.broker })
    const run = await runs.run(() => count(300))
    expect(await runs.read(run)).toEqual({ texts: numbers(1, 300), end: 'done' })
    expect(call).toBeGreaterThan(3)
    expect(runs.errors).toEqual([])
  })

  it('starts the producer of a run whose creation took effect, but was not acknowledged', async () => {
    const wrapped = new WrappedLogs()
    let calls = 0
    wrapped.creationFault = () => (calls++ === 0 ? 'after' : 'none')
    const runs = harness({ broker: wrapped.broker })
    const run = await runs.run(() => count(3), { idempotencyKey: 'k' })
    expect(await runs.read(run)).toEqual({ texts: numbers(1, 3), end: 'done' })
    expect(calls).toBe(2)
  })
})

/** Logs of memory whose appends can be held back, and whose calls can be made to fail. */
class WrappedLogs {
  fault: (batch: RunBatch) => 'before' | 'after' | 'none' = () => 'none'
  creationFault: () => 'after' | 'none' = () => 'none'
  onCreate: () => Promise<void> = () => Promise.resolve()
  #held: Promise<void> | undefined
  #release: () => void = () => undefined

  readonly broker: RunBroker = (settings) => {
    const log: RunLog = memoryRuns()(settings)
    const { append, create } = log
    log.append = async (batch) => {
      await this.#held
      const fault = this.fault(batch)
      if (fault === 'before') throw new Error('out of reach')
      const answer = await append.call(log, batch)
      if (fault === 'after') throw new Error('the answer was lost')
      return answer
    }
    log.create = async (run, replaces) => {
      await this.onCreate()
      const answer = await create.call(log, run, replaces)
      if (this.creationFault() === 'after') throw new Error('the answer was lost')
      return answer
    }
    return log
  }

  hold(): void {
    this.#held = new Promise((resolve) => (this.#release = resolve))
  }

  release(): void {
    this.#held = undefined
    this.#release()
  }
}

import { memoryRuns } from '../../../runtime/runs/memory-run-log'
import { contract } from './support/contract'
import { create, eventsOf, newRun, SETTINGS } from './support/logs'

describe('The memory log of runs', () => {
  contract(() => memoryRuns())

  it('refuses a run when its bytes are used up, and has room again after a run has expired', async () => {
    const log = memoryRuns({ maxBytes: 10_000 })({ ...SETTINGS, retention: 20 })
    const { run, writer } = await create(log)
    await log.append({ run, writer, after: 0, events: eventsOf('x'.repeat(9000)), end: 'done' })
    await expect(log.create(newRun(log))).rejects.toThrow(
      /^runs of Chat take \d+ of 10000 bytes: raise maxBytes or lower retention$/,
    )
    while ((await log.find(run)) !== undefined) await new Promise((each) => setTimeout(each, 5))
    const next = newRun(log)
    expect(await log.create(next)).toBe(next.id)
    await log.close()
  })

  it('refuses a limit that is not a number', () => {
    expect(() => memoryRuns({ maxBytes: Number.NaN })).toThrow(/maxBytes must be greater than 0/)
  })
})

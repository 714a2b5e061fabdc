import { randomId, type NewRun, type RunLog } from '../../../../runtime/runs/run-log'

/** ms */
export const SETTINGS = { name: 'Chat', retention: 60_000, maxRunTime: 60_000 }

/** A new run; parts of it may be given. */
export function newRun(log: RunLog, parts: Partial<NewRun> = {}): NewRun {
  const { idempotencyKey } = parts
  return {
    id: log.newId(idempotencyKey),
    writer: randomId(),
    record: { owner: 'ada', address: 'chat', body: 'hash' },
    idempotencyKey,
    ...parts,
  }
}

/** Makes a run and returns what its writer needs. */
export async function create(
  log: RunLog,
  parts: Partial<NewRun> = {},
): Promise<{ run: string; writer: string }> {
  const run = newRun(log, parts)
  await log.create(run)
  return { run: run.id, writer: run.writer }
}

export const eventsOf = (...texts: string[]): { event: string; data: string }[] =>
  texts.map((data) => ({ event: 'token', data }))

// Hostile documents by the thousand: `npm run hostile [-- <count> [<seed>]]`. CI runs some hundreds as a test; this is for the night.
import fc from 'fast-check'
import { hostileDocument, runParameters } from '../test/security/support/hostile-document'
import { compileAll, importAll, outcome, type Case } from '../test/security/support/inspect'
import { allRuntimeFiles } from '../test/security/support/runtime-files'

const BATCH = 40

async function main(): Promise<void> {
  const count = Number(process.argv[2] ?? 10_000)
  const seed = Number(process.argv[3] ?? Date.now() % 1_000_000)
  console.log(`${count} documents, seed ${seed}`)
  const runtime = allRuntimeFiles()
  const totals = { generated: 0, refused: 0, bad: 0 }
  for (let done = 0; done < count; done += BATCH) {
    const cases: Case[] = fc.sample(
      fc.record({ document: hostileDocument(), parameters: runParameters() }),
      { seed: seed + done, numRuns: Math.min(BATCH, count - done) },
    )
    const good: { input: Case; files: Readonly<Record<string, string>> }[] = []
    for (const input of cases) {
      try {
        const result = await outcome(input)
        if ('refused' in result) totals.refused += 1
        else good.push({ input, files: result.files })
      } catch (error) {
        complain(input, error)
      }
    }
    const wrong = compileAll(
      good.map(({ files }) => files),
      runtime,
    )
    good.forEach(({ input, files }, index) => {
      try {
        const problems = [...(wrong.get(index) ?? []), ...importAll({ ...runtime, ...files })]
        if (problems.length > 0) throw new Error(problems.join('\n'))
        totals.generated += 1
      } catch (error) {
        complain(input, error)
      }
    })
    if (wrong.has(-1)) throw new Error(`the runtime does not compile: ${wrong.get(-1)?.join('\n')}`)
    if ((done / BATCH) % 10 === 9) console.log(done + BATCH, JSON.stringify(totals))
  }
  console.log(
    `${totals.generated} generated, compiled and imported, ${totals.refused} refused with a reason, ${totals.bad} bad`,
  )
  if (totals.bad > 0) process.exitCode = 1

  function complain({ document, parameters }: Case, error: unknown): void {
    totals.bad += 1
    console.error(`-- ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    console.error(`   ${JSON.stringify(parameters)}`)
    if (process.env['VERBOSE'] === '1') console.error(`   ${JSON.stringify(document)}`)
  }
}

void main()

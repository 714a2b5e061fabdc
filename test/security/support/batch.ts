import fc from 'fast-check'
import { hostileDocument, runParameters } from './hostile-document'
import { compileAll, importAll, outcome, type Case } from './inspect'
import { allRuntimeFiles } from './runtime-files'

/** What broke a rule, and with what. */
export interface Breach {
  readonly input: Case
  readonly error: unknown
}

export interface BatchResult {
  /** Outputs that compiled, and were imported without a trace. */
  readonly generated: number
  /** Documents that were refused with a reason. */
  readonly refused: number
  readonly breaches: readonly Breach[]
}

/** Generates from hostile documents, compiles what comes out in one go, and imports it. */
export async function checkBatch(seed: number, count: number): Promise<BatchResult> {
  const runtime = allRuntimeFiles()
  const cases: Case[] = fc.sample(
    fc.record({ document: hostileDocument(), parameters: runParameters() }),
    { seed, numRuns: count },
  )
  const breaches: Breach[] = []
  const outputs: { input: Case; files: Readonly<Record<string, string>> }[] = []
  let refused = 0
  for (const input of cases) {
    try {
      const result = await outcome(input)
      if ('refused' in result) refused += 1
      else outputs.push({ input, files: result.files })
    } catch (error) {
      breaches.push({ input, error })
    }
  }
  const wrong = compileAll(
    outputs.map(({ files }) => files),
    runtime,
  )
  const ofRuntime = wrong.get(-1)
  if (ofRuntime !== undefined) throw new Error(`the runtime: ${ofRuntime.join('\n')}`)
  let generated = 0
  outputs.forEach(({ input, files }, index) => {
    try {
      const problems = [...(wrong.get(index) ?? []), ...importAll({ ...runtime, ...files })]
      if (problems.length > 0) throw new Error(problems.join('\n'))
      generated += 1
    } catch (error) {
      breaches.push({ input, error })
    }
  })
  return { generated, refused, breaches }
}

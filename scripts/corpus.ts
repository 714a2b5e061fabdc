import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { compile } from '../test/support/compile'
import { parseFile } from '../test/support/document'
import { outputOf } from '../test/support/output'

/**
 * `npm run corpus -- <folder> [-p name=value …]`: generates from each document of a folder, with `protocols=*`, and
 * compiles what comes out under the strict flags. Prints how many of how many, with a reason for each that did not.
 */
async function main([folder, ...rest]: string[]): Promise<void> {
  if (folder === undefined) throw new Error('usage: npm run corpus -- <folder> [-p name=value …]')
  const parameters = Object.fromEntries(
    rest.filter((word) => word !== '-p').map((pair) => pair.split(/=(.*)/s).slice(0, 2)),
  ) as Record<string, string>
  const names = readdirSync(folder).filter(
    (name) => /\.(ya?ml|json)$/.test(name) && name !== 'SOURCES.json',
  )
  const counts = { compiled: 0, refused: 0, failed: 0 }
  for (const model of parameters['model'] === undefined
    ? ['class', 'interface']
    : [parameters['model']]) {
    for (const name of names) {
      const outcome = await attempt(join(folder, name), { protocols: '*', ...parameters, model })
      counts[outcome.kind] += 1
      if (outcome.kind !== 'compiled')
        console.log(`${outcome.kind}: ${name} (model=${model})\n  ${outcome.reasons.join('\n  ')}`)
    }
  }
  const total = counts.compiled + counts.refused + counts.failed
  console.log(
    `${counts.compiled} of ${total} generated and compiled, ${counts.refused} refused with a reason, ${counts.failed} failed`,
  )
  if (counts.failed > 0) process.exitCode = 1
}

type Outcome = { kind: 'compiled' } | { kind: 'refused' | 'failed'; reasons: string[] }

async function attempt(path: string, parameters: Record<string, string>): Promise<Outcome> {
  let files: Record<string, string>
  try {
    files = outputOf(await parseFile(path), parameters)
  } catch (error) {
    const refusal =
      error instanceof Error &&
      (error.name === 'GenerationError' || error.message.startsWith('not a valid document'))
    return {
      kind: refusal ? 'refused' : 'failed',
      reasons: [String(refusal ? error.message : (error as Error).stack)],
    }
  }
  const diagnostics = compile(files, { types: ['node'] })
  const vague = Object.entries(files).flatMap(([file, text]) =>
    /[:<|(,] ?any\b/.test(text.replaceAll(/\/\*[^]*?\*\/|'(?:[^'\\]|\\.)*'/g, ''))
      ? [`${file}: "any" in the output`]
      : [],
  )
  const reasons = [...diagnostics, ...vague]
  return reasons.length === 0
    ? { kind: 'compiled' }
    : { kind: 'failed', reasons: reasons.slice(0, 8) }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})

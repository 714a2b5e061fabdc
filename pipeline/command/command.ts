import { GenerationError } from '../diagnostics'
import { generate } from '../generate'
import { readFormatOptions } from '../output/format-options'
import { createProgress } from '../progress'
import { TemplateError } from '../render/engine'
import { readArguments, readPackage, UsageError, type Arguments } from './arguments'
import { helpText } from './help'
import { readDocument } from './read-document'
import { watchDocument } from './watch'

/** Exit codes of the command. */
const DONE = 0
const FAILED = 1
const WRONG_CALL = 2

/** Runs the command. @returns the exit code; with `--watch` the process continues, and later runs do not change the code */
export async function run(argv: readonly string[]): Promise<number> {
  const pack = readPackage()
  try {
    const given = readArguments(argv, pack)
    if (given.action === 'help') {
      console.log(helpText(pack.generator.parameters))
      return DONE
    }
    if (given.action === 'version') {
      console.log(pack.version)
      return DONE
    }
    const code = await generateOnce(given)
    if (!given.watch) return code
    watchDocument(given.document, async () => {
      await generateOnce(given)
    })
    console.log(`watching ${given.document}`)
    return code
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`error: ${error.message}\nasyncapi-eventsource-template --help lists the options`)
    return WRONG_CALL
  }
}

async function generateOnce({
  document,
  output,
  parameters,
  noOverwrite,
}: Arguments): Promise<number> {
  const progress = createProgress(process.stderr)
  try {
    progress.phase('read', 'reading the document')
    const report = await generate({
      document: await readDocument(document),
      parameters,
      folder: output,
      noOverwrite,
      formatOptions: readFormatOptions,
      progress: progress.phase,
      useColors: process.stdout.isTTY && process.stdout.hasColors(),
    })
    progress.done()
    console.log(report)
    return DONE
  } catch (error) {
    progress.done()
    if (!isExpected(error)) throw error
    console.error(`error: ${error.message}`)
    return FAILED
  }
}

/** Errors with a complete message for users. All others are defects and keep their stack. */
function isExpected(error: unknown): error is Error {
  return error instanceof GenerationError || error instanceof TemplateError
}

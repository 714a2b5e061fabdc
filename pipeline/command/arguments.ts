import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PACK_ROOT } from '../pack'
import { closestMatch, didYouMean } from '../suggest'

/** Invalid arguments: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A template parameter, as package.json describes it. */
export interface ParameterDescription {
  readonly description: string
  readonly default?: string
}

/** The part of package.json that the command reads. */
interface Package {
  readonly version: string
  readonly generator: { readonly parameters: Readonly<Record<string, ParameterDescription>> }
}

export interface Arguments {
  readonly action: 'generate' | 'help' | 'version'
  /** Path or URL of the document; `-` is standard input. */
  readonly document: string
  readonly output: string
  readonly parameters: Readonly<Record<string, string>>
  readonly noOverwrite: readonly string[]
  readonly watch: boolean
}

export function readPackage(): Package {
  return JSON.parse(readFileSync(join(PACK_ROOT, 'package.json'), 'utf8')) as Package
}

/** `importExtension` → `import-extension`. */
export function flagOf(parameter: string): string {
  return parameter.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** @throws UsageError */
export function readArguments(argv: readonly string[], { generator }: Package): Arguments {
  const parameters = new Map(Object.entries(generator.parameters))
  const flags = new Map([...parameters.keys()].map((name) => [flagOf(name), name]))
  const { values, positionals } = parse(
    argv.map((argument) => expand(argument, flags, parameters)),
    [...flags.keys()],
  )
  const given = new Map<string, string>()
  for (const pair of values.param) {
    const at = pair.indexOf('=')
    if (at < 1) throw new UsageError(`-p ${pair}: a parameter is given as name=value`)
    given.set(pair.slice(0, at), pair.slice(at + 1))
  }
  for (const [flag, name] of flags) {
    const value = values.flags[flag]
    if (value !== undefined) given.set(name, value)
  }
  for (const name of given.keys()) {
    if (parameters.has(name)) continue
    const guess = closestMatch(name, [...parameters.keys()])
    throw new UsageError(`there is no parameter "${name}"${didYouMean(guess)}`)
  }
  const action = values.help ? 'help' : values.version ? 'version' : 'generate'
  const [document = '', ...others] = positionals
  if (action === 'generate') {
    if (document === '')
      throw new UsageError('the document is missing: a file, a URL, or - for standard input')
    if (others.length > 0)
      throw new UsageError(
        `only one document is allowed, not "${others.join('", "')}" as well; the output folder is given as -o <folder>`,
      )
    if (values.output === undefined)
      throw new UsageError('the output folder is missing: -o <folder>')
    if (values.watch && isRemote(document)) {
      throw new UsageError('--watch needs a file, not a URL or standard input')
    }
  }
  return {
    action,
    document,
    output: values.output ?? '',
    parameters: Object.fromEntries(given),
    noOverwrite: values.noOverwrite,
    watch: values.watch,
  }
}

/** Whether the document is not a local file. */
export function isRemote(document: string): boolean {
  return document === '-' || /^https?:\/\//i.test(document)
}

/** Options of the command itself. */
const OPTIONS = {
  output: { type: 'string', short: 'o' },
  param: { type: 'string', short: 'p', multiple: true, default: [] as string[] },
  'no-overwrite': { type: 'string', short: 'n', multiple: true, default: [] as string[] },
  watch: { type: 'boolean', short: 'w', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'v', default: false },
} as const

/**
 * A switch without a value is `true`: `--check` equals `--check=true`.
 * @throws UsageError for an unknown option, with the closest valid option
 */
function expand(
  argument: string,
  flags: ReadonlyMap<string, string>,
  parameters: ReadonlyMap<string, ParameterDescription>,
): string {
  const [, flag] = /^--([\w-]+)/.exec(argument) ?? []
  if (flag === undefined) return argument
  const name = flags.get(flag)
  if (name === undefined && !Object.hasOwn(OPTIONS, flag)) {
    const guess = closestMatch(flag, [...flags.keys(), ...Object.keys(OPTIONS)])
    throw new UsageError(
      `there is no option "--${flag}"${guess === undefined ? '' : ` (did you mean "--${guess}"?)`}`,
    )
  }
  const isSwitch = name !== undefined && parameters.get(name)?.default === 'false'
  return isSwitch && argument === `--${flag}` ? `${argument}=true` : argument
}

function parse(argv: readonly string[], flags: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        ...OPTIONS,
        ...Object.fromEntries(flags.map((flag) => [flag, { type: 'string' as const }])),
      },
    })
    const { output, param, 'no-overwrite': noOverwrite, watch, help, version } = values
    const named = values as Readonly<Record<string, unknown>>
    return {
      positionals,
      values: {
        output,
        param,
        noOverwrite,
        watch,
        help,
        version,
        flags: Object.fromEntries(flags.map((flag) => [flag, named[flag] as string | undefined])),
      },
    }
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

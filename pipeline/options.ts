import type { Diagnostics } from './diagnostics'
import { closestMatch, didYouMean } from './suggest'

/**
 * Extension of relative imports. The value `auto` of the parameter selects it by the nearest `tsconfig.json`,
 * `package.json` or `deno.json` of the output folder.
 */
export type ImportExtension = (typeof IMPORT_EXTENSIONS)[number]

const IMPORT_EXTENSIONS = ['none', 'js', 'ts'] as const

export function isImportExtension(value: unknown): value is ImportExtension {
  return IMPORT_EXTENSIONS.some((extension) => extension === value)
}

/** The template parameters, typed. */
export interface Options {
  readonly side: 'both' | 'client' | 'server' | 'operations'
  readonly client: 'fetch' | 'eventsource'
  readonly naming: 'address' | 'channel' | 'operation'
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly protocols: readonly string[]
  readonly model: 'class' | 'interface'
  readonly validation: 'both' | 'client' | 'server' | 'none'
  readonly importExtension: ImportExtension
  readonly server: string | undefined
  readonly ui: UserInterfaces
  readonly broker: 'memory' | 'redis'
  /** Whether request streams get resumable runs. */
  readonly runs: boolean
  /** Whether imports of the runtime use the package instead of copied files. */
  readonly usesRuntimePackage: boolean
  readonly metrics: 'none' | 'opentelemetry'
  readonly compression: 'none' | 'gzip'
  readonly scaffold: boolean
  /** Whether the run only compares the output. */
  readonly isCheck: boolean
  readonly report: 'short' | 'all'
  /** Whether models of message headers are generated. */
  readonly headers: boolean
  readonly host: readonly Host[]
  readonly templates: string | undefined
  /** The given parameters that have another value than the default, for the next run. Without `check`. */
  readonly given: readonly GivenParameter[]
}

export interface GivenParameter {
  readonly name: string
  readonly value: string
}

/** Hosts of the server. */
export const HOSTS = ['express', 'fetch', 'node', 'fastify'] as const
export type Host = (typeof HOSTS)[number]

const UI_NAMES = ['store', 'react', 'vue', 'svelte', 'angular', 'rxjs', 'share'] as const

/**
 * What the parameter `ui` selects. `store` is set by all except `rxjs` and `share`, because the others depend on it.
 */
export type UserInterfaces = Readonly<Record<(typeof UI_NAMES)[number], boolean>>

/** The parameters as the generator passes them: strings from the command line, any value from a program. */
export type RawParameters = Readonly<Record<string, unknown>>

const DEFAULT_PROTOCOLS = ['http', 'https', 'http+sse', 'https+sse', 'sse']

/**
 * Converts the parameters to typed options. Adds an error to `diagnostics` for each invalid parameter, with the allowed
 * values.
 * @param detectExtension gives the extension for `importExtension=auto`
 */
export function readOptions(
  raw: RawParameters,
  diagnostics: Diagnostics,
  detectExtension: (isCheck: boolean) => ImportExtension = () => 'none',
): Options {
  const reader = new ParameterReader(raw, diagnostics)
  const host = reader.choices('host', HOSTS, ['express'])
  const scaffold = reader.choice('scaffold', ['false', 'true']) === 'true'
  const importExtension = reader.choice('importExtension', ['auto', ...IMPORT_EXTENSIONS])
  const isCheck = reader.choice('check', ['false', 'true']) === 'true'
  const options: Options = {
    side: reader.choice('side', ['both', 'client', 'server', 'operations']),
    client: reader.choice('client', ['fetch', 'eventsource']),
    naming: reader.choice('naming', ['address', 'channel', 'operation']),
    include: reader.list('include'),
    exclude: reader.list('exclude'),
    protocols: reader
      .list('protocols', DEFAULT_PROTOCOLS)
      .map((protocol) => protocol.toLowerCase()),
    model: reader.choice('model', ['class', 'interface']),
    validation: reader.choice('validation', ['both', 'client', 'server', 'none']),
    importExtension: importExtension === 'auto' ? detectExtension(isCheck) : importExtension,
    server: reader.text('server'),
    ui: readUserInterfaces(reader),
    broker: reader.choice('broker', ['memory', 'redis']),
    runs: reader.choice('runs', ['false', 'true']) === 'true',
    metrics: reader.choice('metrics', ['none', 'opentelemetry']),
    compression: reader.choice('compression', ['none', 'gzip']),
    host,
    usesRuntimePackage: reader.choice('runtime', ['copy', 'package']) === 'package',
    scaffold,
    isCheck,
    report: reader.choice('report', ['short', 'all']),
    headers: reader.choice('headers', ['false', 'true']) === 'true',
    templates: reader.text('templates'),
    given: reader.given.filter(({ name }) => name !== 'check'),
  }
  if (options.ui.share && options.client === 'eventsource') {
    diagnostics.error(
      'parameter "ui": "share" resumes the stream of another tab, which EventSource cannot; use client=fetch',
    )
  }
  if (options.side === 'server' && Object.values(options.ui).includes(true)) {
    diagnostics.error(
      'parameter "ui": side=server generates no client; use side=client or side=both',
    )
  }
  return options
}

function readUserInterfaces(reader: ParameterReader): UserInterfaces {
  const named = reader.choices('ui', UI_NAMES, [])
  const has = (name: (typeof UI_NAMES)[number]): boolean => named.includes(name)
  return {
    store: named.some((name) => name !== 'rxjs' && name !== 'share'),
    react: has('react'),
    vue: has('vue'),
    svelte: has('svelte'),
    angular: has('angular'),
    rxjs: has('rxjs'),
    share: has('share'),
  }
}

class ParameterReader {
  readonly #raw: RawParameters
  readonly #diagnostics: Diagnostics
  readonly #values = new Map<string, string>()
  readonly #defaults = new Map<string, string>()

  constructor(raw: RawParameters, diagnostics: Diagnostics) {
    this.#raw = raw
    this.#diagnostics = diagnostics
  }

  /** Treats empty text as missing: shells pass it easily, and it is never a valid value here. */
  text(name: string): string | undefined {
    const value = this.#raw[name]
    if (value === undefined || value === null) return undefined
    if (typeof value === 'object') {
      this.#diagnostics.error(`parameter "${name}": expected one value, got a list`)
      return undefined
    }
    const text = String(value).trim()
    if (text === '') return undefined
    this.#values.set(name, text)
    return text
  }

  /** The parameters that have been read and are not the default. */
  get given(): readonly GivenParameter[] {
    return [...this.#values]
      .filter(([name, value]) => value !== this.#defaults.get(name))
      .map(([name, value]) => ({ name, value }))
  }

  /** The first choice is the default. */
  choice<const T extends readonly [string, ...string[]]>(name: string, choices: T): T[number] {
    this.#defaults.set(name, choices[0])
    const value = this.text(name)
    if (value === undefined) return choices[0]
    return this.#oneOf(name, value, choices)
  }

  /** Any number of the choices, without duplicates. */
  choices<const Choices extends readonly [string, ...string[]]>(
    name: string,
    choices: Choices,
    fallback: readonly Choices[number][],
  ): readonly Choices[number][] {
    const values = new Set(this.list(name, fallback))
    return [...values].map((value) => this.#oneOf(name, value, choices))
  }

  list(name: string, fallback: readonly string[] = []): readonly string[] {
    this.#defaults.set(name, fallback.join(','))
    const value = this.text(name)
    if (value === undefined) return fallback
    return value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
  }

  #oneOf<const Choices extends readonly [string, ...string[]]>(
    name: string,
    value: string,
    choices: Choices,
  ): Choices[number] {
    const found = choices.find((choice) => choice === value)
    if (found !== undefined) return found
    const guess = closestMatch(value, choices)
    this.#diagnostics.error(
      `parameter "${name}": "${value}" is not one of ${choices.join(', ')}` + didYouMean(guess),
    )
    return choices[0]
  }
}

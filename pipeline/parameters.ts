import type { Findings } from './problems'
import { nearest } from './nearest'

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
  readonly importExtension: 'none' | 'js' | 'ts'
  readonly server: string | undefined
  readonly broker: 'memory' | 'redis'
  readonly scaffold: boolean
  readonly templates: string | undefined
}

/** The parameters as the generator hands them over: strings from the command line, anything from a program. */
export type RawParameters = Readonly<Record<string, unknown>>

const DEFAULT_PROTOCOLS = ['http', 'https', 'http+sse', 'https+sse', 'sse', 'mercure']

/** Parameters of strings to typed options. What is wrong is told to `findings`, each with the parameter and what it allows. */
export function readParameters(raw: RawParameters, findings: Findings): Options {
  const reader = new Reader(raw, findings)
  return {
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
    importExtension: reader.choice('importExtension', ['none', 'js', 'ts']),
    server: reader.text('server'),
    broker: reader.choice('broker', ['memory', 'redis']),
    scaffold: reader.choice('scaffold', ['false', 'true']) === 'true',
    templates: reader.text('templates'),
  }
}

class Reader {
  readonly #raw: RawParameters
  readonly #findings: Findings

  constructor(raw: RawParameters, findings: Findings) {
    this.#raw = raw
    this.#findings = findings
  }

  /** Empty text counts as not given: shells make it easy to pass and it never is a value here. */
  text(name: string): string | undefined {
    const value = this.#raw[name]
    if (value === undefined || value === null) return undefined
    if (typeof value === 'object') {
      this.#findings.problem(`parameter "${name}": give it once, as text`)
      return undefined
    }
    return String(value).trim() || undefined
  }

  /** The first choice is the default. */
  choice<const T extends readonly [string, ...string[]]>(name: string, choices: T): T[number] {
    const value = this.text(name)
    if (value === undefined) return choices[0]
    const found = choices.find((choice) => choice === value)
    if (found !== undefined) return found
    const guess = nearest(value, choices)
    this.#findings.problem(
      `parameter "${name}": "${value}" is not one of ${choices.join(', ')}` +
        (guess === undefined ? '' : ` (did you mean "${guess}"?)`),
    )
    return choices[0]
  }

  list(name: string, fallback: readonly string[] = []): readonly string[] {
    const value = this.text(name)
    if (value === undefined) return fallback
    return value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
  }
}

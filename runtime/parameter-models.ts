import { ParameterError, type ParametersModel, type QueryModel } from './parameters'
import { validate, type Check } from './validation'

/** What the text of a parameter can stand for. */
export type ParameterKind = 'number' | 'boolean' | 'string' | 'null' | 'array'

export interface ParameterDefinition {
  readonly name: string
  /** What the text is read as, in order of preference. */
  readonly kinds: readonly ParameterKind[]
  readonly required: boolean
  readonly check: Check | null
  readonly default?: unknown
}

type Values = Readonly<Record<string, unknown>>

/** Model of the parameters of an address. The definitions stand in the address's order. */
export function parametersModel<P extends object, I extends object>(
  definitions: readonly ParameterDefinition[],
): ParametersModel<P, I> {
  return {
    names: definitions.map(({ name }) => name),
    parse(raw) {
      return valuesOf(definitions, (definition) => {
        const text = Object.hasOwn(raw, definition.name) ? raw[definition.name] : undefined
        return text === undefined ? undefined : read(definition, text)
      }) as P
    },
    check(input) {
      return valuesOf(definitions, ({ name }) => memberOf(input, name)) as P
    },
    format(parameters) {
      const texts: [string, string][] = definitions.map(({ name }) => [
        name,
        String(memberOf(parameters, name)),
      ])
      return Object.fromEntries(texts)
    },
  }
}

/** Model of query parameters. Those that the document does not name go along unchecked. */
export function queryModel<Q extends object, I extends object>(
  definitions: readonly ParameterDefinition[],
): QueryModel<Q, I> {
  const known = new Set(definitions.map(({ name }) => name))
  return {
    check(input) {
      const values = valuesOf(definitions, ({ name }) => memberOf(input, name))
      const others = Object.entries(input).filter(([name]) => !known.has(name))
      return { ...values, ...Object.fromEntries(others) } as Q
    },
    format(query) {
      return Object.entries(query as Values).flatMap(([name, value]) => pairs(name, value))
    },
  }
}

function memberOf(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Values)[name] : undefined
}

/** One pair for each item of an array; what is absent, or `null`, gives none. */
function pairs(name: string, value: unknown): [string, string][] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value.flatMap((item) => pairs(name, item))
  return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]]
}

function valuesOf(
  definitions: readonly ParameterDefinition[],
  valueOf: (definition: ParameterDefinition) => unknown,
): Values {
  const entries: [string, unknown][] = []
  for (const definition of definitions) {
    const { name, required, check } = definition
    const value = valueOf(definition) ?? definition.default
    if (value === undefined) {
      if (required) throw new ParameterError(name, `parameter "${name}" is missing`)
      continue
    }
    const result = validate(check, value)
    if (!result.valid) {
      const [error] = result.errors
      const place = error === undefined || error.pointer === '' ? '' : ` at ${error.pointer}`
      throw new ParameterError(
        name,
        `parameter "${name}" should be ${error?.expected ?? 'something else'}${place}, found ${error?.found ?? 'something else'}`,
      )
    }
    entries.push([name, value])
  }
  return Object.fromEntries(entries)
}

/** JSON's own numbers (RFC 8259 §6), so that `''`, `0x10` and `1e999` stay text. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

function read({ kinds, check }: ParameterDefinition, text: string): unknown {
  for (const kind of kinds) {
    const value = readAs(kind, text)
    if (value === undefined) continue
    // A number that the schema refuses may still be one of its strings.
    if (kind === kinds.at(-1) || validate(check, value).valid) return value
  }
  return text
}

function readAs(kind: ParameterKind, text: string): unknown {
  switch (kind) {
    case 'number': {
      const number = NUMBER.test(text) ? Number(text) : Number.NaN
      return Number.isFinite(number) ? number : undefined
    }
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined
    case 'null':
      return text === 'null' ? null : undefined
    case 'array':
    case 'string':
      return text
  }
}

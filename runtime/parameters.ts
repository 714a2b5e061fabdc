import { ParameterError, type ParametersModel, type QueryModel } from './core/parameters'
import { validate, type Validator } from './validation'

export type { ParametersModel, QueryModel } from './core/parameters'

/** Types that the text of a parameter can represent. */
export type ParameterKind = 'number' | 'boolean' | 'string' | 'null' | 'object' | 'array'

export interface ParameterDefinition {
  readonly name: string
  /** Types to parse the text as, in order of preference. */
  readonly kinds: readonly ParameterKind[]
  /** Kinds of the items of an array. Default: strings. */
  readonly items?: readonly ParameterKind[]
  readonly required: boolean
  readonly check: Validator | null
  readonly default?: unknown
}

type Values = Readonly<Record<string, unknown>>

/** Model of the parameters of an address. The definitions are in the order of the address. */
export function parametersModel<Params extends object, Input extends object>(
  definitions: readonly ParameterDefinition[],
): ParametersModel<Params, Input> {
  return {
    parse(raw) {
      return checkedValues(definitions, (definition) => {
        const text = Object.hasOwn(raw, definition.name) ? raw[definition.name] : undefined
        return text === undefined ? undefined : parseParameter(definition, text)
      }) as Params
    },
    check(input) {
      return checkedValues(definitions, ({ name }) => memberOf(input, name)) as Params
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

/** Model of query parameters. Parameters that the document does not name are passed on without a check. */
export function queryModel<Query extends object, Input extends object>(
  definitions: readonly ParameterDefinition[],
): QueryModel<Query, Input> {
  const declaredNames = new Set(definitions.map(({ name }) => name))
  return {
    parse(search) {
      return checkedValues(definitions, (definition) =>
        parseQueryParameter(definition, search.getAll(definition.name)),
      ) as Query
    },
    check(input) {
      const values = checkedValues(definitions, ({ name }) => memberOf(input, name))
      const others = Object.entries(input).filter(([name]) => !declaredNames.has(name))
      return { ...values, ...Object.fromEntries(others) } as Query
    },
    format(query) {
      return Object.entries(query as Values).flatMap(([name, value]) => queryPairs(name, value))
    },
  }
}

function memberOf(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Values)[name] : undefined
}

/** One pair for each item of an array; no pair for an absent value or `null`. */
function queryPairs(name: string, value: unknown): [string, string][] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value.flatMap((item) => queryPairs(name, item))
  return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]]
}

function checkedValues(
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
      const location = error === undefined || error.pointer === '' ? '' : ` at ${error.pointer}`
      throw new ParameterError(
        name,
        `parameter "${name}"${location} must be ${error?.expected ?? 'something else'}, found ${error?.found ?? 'something else'}`,
      )
    }
    entries.push([name, value])
  }
  return Object.fromEntries(entries)
}

/** The number syntax of JSON (RFC 8259 §6), so `''`, `0x10` and `1e999` remain text. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

function parseParameter({ kinds, check }: ParameterDefinition, text: string): unknown {
  for (const kind of kinds) {
    const value = parseAs(kind, text)
    if (value === undefined) continue
    // A number that the schema rejects may still match one of its strings.
    if (kind === kinds.at(-1) || validate(check, value).valid) return value
  }
  return text
}

/** A parameter that occurs once can be an array of one item. */
function parseQueryParameter(definition: ParameterDefinition, texts: readonly string[]): unknown {
  const { kinds, check, items = ['string'] } = definition
  const [text] = texts
  if (text === undefined) return undefined
  const scalars = kinds.filter((kind) => kind !== 'array')
  const parseItem = (item: string): unknown =>
    parseParameter({ ...definition, kinds: items, check: null }, item)
  if (scalars.length === 0) return texts.map(parseItem)
  if (texts.length > 1) return scalars.length === kinds.length ? texts : texts.map(parseItem)
  const value = parseParameter({ ...definition, kinds: scalars }, text)
  const isArray = scalars.length < kinds.length && !validate(check, value).valid
  return isArray ? [parseItem(text)] : value
}

function parseAs(kind: ParameterKind, text: string): unknown {
  switch (kind) {
    case 'number': {
      const number = NUMBER.test(text) ? Number(text) : Number.NaN
      return Number.isFinite(number) ? number : undefined
    }
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined
    case 'null':
      return text === 'null' ? null : undefined
    case 'object':
      return parseObject(text)
    case 'array':
    case 'string':
      return text
  }
}

/** The client sends objects as JSON. */
function parseObject(text: string): unknown {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

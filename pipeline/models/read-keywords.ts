import { isRawSchema, type RawSchema } from './raw-schema'
import type { Documentation, JsonType, Pattern } from './schema'

const TYPES: readonly string[] = [
  'null',
  'boolean',
  'object',
  'array',
  'number',
  'integer',
  'string',
]

/** `type`, with OpenAPI's `nullable`. Undefined where the schema says nothing that counts. */
export function readTypes(raw: RawSchema): readonly JsonType[] | undefined {
  const value = raw['type']
  const list = Array.isArray(value) ? value : [value]
  const types = list.filter((type) => TYPES.includes(type as string)) as JsonType[]
  if (types.length === 0) return undefined
  return raw['nullable'] === true && !types.includes('null') ? [...types, 'null'] : types
}

/** Types that JSON Schema does not know. */
export function unknownTypes(raw: RawSchema): readonly unknown[] {
  const value = raw['type']
  if (value === undefined) return []
  return (Array.isArray(value) ? value : [value]).filter((type) => !TYPES.includes(type as string))
}

/** `enum` and `const`: the values that both allow. */
export function readValues(raw: RawSchema): readonly unknown[] | undefined {
  const listed = Array.isArray(raw['enum']) ? distinct(raw['enum'].map(plain)) : undefined
  if (!Object.hasOwn(raw, 'const')) return listed
  const constant = plain(raw['const'])
  if (listed === undefined) return [constant]
  return listed.filter((value) => textOf(value) === textOf(constant))
}

function distinct(values: readonly unknown[]): unknown[] {
  return [...new Map(values.map((value) => [textOf(value), value])).values()]
}

/** Members in one order, so that equal values have equal text. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    isRawSchema(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}

/** Deepest value that is written into code. */
const MAX_DEPTH = 64

/** A value as JSON: dates of YAML become text, what never ends is cut. */
export function plain(value: unknown, depth = 0): unknown {
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value ?? null
  if (depth > MAX_DEPTH) return null
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1))
  const copy: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(value)) {
    // An assignment to __proto__ would not make a property.
    Object.defineProperty(copy, key, {
      value: plain(member, depth + 1),
      writable: true,
      enumerable: true,
      configurable: true,
    })
  }
  return copy
}

const NUMBERS = ['minimum', 'maximum', 'multipleOf'] as const
const COUNTS = [
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
] as const

type BoundName =
  (typeof NUMBERS)[number] | (typeof COUNTS)[number] | 'exclusiveMinimum' | 'exclusiveMaximum'

/** What is undefined is absent. */
export type Bounds = { [K in BoundName]?: number | undefined }

/** Bounds on numbers, lengths and counts; OpenAPI 3.0 has booleans for the exclusive ones. */
export function readBounds(raw: RawSchema): Bounds {
  const bounds: Bounds = {}
  for (const name of [...NUMBERS, ...COUNTS]) {
    const value = raw[name]
    if (isFiniteNumber(value)) bounds[name] = value
  }
  if (bounds.multipleOf !== undefined && bounds.multipleOf <= 0) delete bounds.multipleOf
  return {
    ...bounds,
    ...exclusiveBound(raw, bounds, 'exclusiveMinimum', 'minimum'),
    ...exclusiveBound(raw, bounds, 'exclusiveMaximum', 'maximum'),
  }
}

/** The exclusive bound, and the inclusive one as it then counts. */
function exclusiveBound(
  raw: RawSchema,
  bounds: Bounds,
  exclusive: 'exclusiveMinimum' | 'exclusiveMaximum',
  inclusive: 'minimum' | 'maximum',
): Bounds {
  const value = raw[exclusive]
  if (isFiniteNumber(value)) return { [exclusive]: value }
  const limit = bounds[inclusive]
  return value === true && limit !== undefined ? { [exclusive]: limit, [inclusive]: undefined } : {}
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

/** An expression as it compiles; undefined where it does not. JSON Schema asks for the flag `u`, many documents do not hold it. */
export function readPattern(source: string): Pattern | undefined {
  for (const flags of ['u', ''] as const) {
    try {
      new RegExp(source, flags)
      return { source, flags }
    } catch {
      // The other flags, or none.
    }
  }
  return undefined
}

/** One repeated atom in a repeated group, such as `(a+)+`: takes exponential time on text that almost matches. */
export function isCatastrophic(source: string): boolean {
  return /\((?:\?:)?(?:\\.|\[(?:\\.|[^\]])*\]|[^\\[\]()|])[+*]\)(?:[+*]|\{\d+,\})/.test(source)
}

const BOUND_WORDS = [
  'format',
  'minimum',
  'exclusiveMinimum',
  'maximum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
]

/** What becomes the JSDoc of a type or a property. */
export function readDocumentation(raw: RawSchema): Documentation {
  const { title, description, examples } = raw
  const example = raw['example']
  const list = Array.isArray(examples) ? examples : example === undefined ? [] : [example]
  const bounds = BOUND_WORDS.flatMap((word) => {
    const value = raw[word]
    return typeof value === 'string' || typeof value === 'number' || value === true
      ? [`${word}: ${String(value)}`]
      : []
  })
  return {
    title: typeof title === 'string' ? title : undefined,
    description: typeof description === 'string' ? description : undefined,
    deprecated: raw['deprecated'] === true,
    readOnly: raw['readOnly'] === true,
    writeOnly: raw['writeOnly'] === true,
    default: raw['default'] === undefined ? undefined : { value: plain(raw['default']) },
    examples: list.map((item) => plain(item)),
    bounds,
  }
}

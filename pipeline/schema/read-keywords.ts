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

/** `type`, with OpenAPI's `nullable`. Undefined if the schema has no valid type. */
export function readTypes(raw: RawSchema): readonly JsonType[] | undefined {
  const value = raw['type']
  const list = Array.isArray(value) ? value : [value]
  const types = list.filter((type) => TYPES.includes(type as string)) as JsonType[]
  if (types.length === 0) return undefined
  return raw['nullable'] === true && !types.includes('null') ? [...types, 'null'] : types
}

/** Types that JSON Schema does not define. */
export function unknownTypes(raw: RawSchema): readonly unknown[] {
  const value = raw['type']
  if (value === undefined) return []
  return (Array.isArray(value) ? value : [value]).filter((type) => !TYPES.includes(type as string))
}

/** The values that both `enum` and `const` allow. */
export function readValues(raw: RawSchema): readonly unknown[] | undefined {
  const allowed = allowedValues(raw)
  // In OpenAPI 3.0.3 `nullable` does not extend an `enum`; authors of documents expect that it does.
  return allowed === undefined || raw['nullable'] !== true
    ? allowed
    : distinctValues([...allowed, null])
}

function allowedValues(raw: RawSchema): readonly unknown[] | undefined {
  const listed = Array.isArray(raw['enum'])
    ? distinctValues(raw['enum'].map((value) => toJson(value)))
    : undefined
  if (!Object.hasOwn(raw, 'const')) return listed
  const constant = toJson(raw['const'])
  if (listed === undefined) return [constant]
  return listed.filter((value) => canonicalText(value) === canonicalText(constant))
}

/** Keywords that can refuse `null`, whatever `type` and `enum` allow. */
const IN_PLACE_KEYWORDS = ['allOf', 'anyOf', 'oneOf', 'not', 'if']

/** Keywords whose type is an object or an array if the schema has no `type`. */
const STRUCTURAL_KEYWORDS = ['properties', 'patternProperties', 'additionalProperties', 'items']

/** Whether `nullable` adds an alternative to the whole schema: `null` in `type` and `enum` is not sufficient. */
export function isNullableAsWhole(raw: RawSchema): boolean {
  if (raw['nullable'] !== true) return false
  const keywords =
    readTypes(raw) === undefined
      ? [...IN_PLACE_KEYWORDS, ...STRUCTURAL_KEYWORDS]
      : IN_PLACE_KEYWORDS
  return keywords.some((keyword) => keyword in raw)
}

function distinctValues(values: readonly unknown[]): unknown[] {
  return [...new Map(values.map((value) => [canonicalText(value), value])).values()]
}

/** JSON with sorted members, so that equal values have equal text. */
function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    isRawSchema(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}

/** Maximum depth of values in generated code. */
const MAX_DEPTH = 64

/** A value as JSON: YAML dates become text, cyclic values are truncated. */
export function toJson(value: unknown, depth = 0): unknown {
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value ?? null
  if (depth > MAX_DEPTH) return null
  if (Array.isArray(value)) return value.map((item) => toJson(item, depth + 1))
  const copy: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(value)) {
    // An assignment to `__proto__` would not create a property.
    Object.defineProperty(copy, key, {
      value: toJson(member, depth + 1),
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

/** Undefined members count as absent. */
export type Bounds = { [K in BoundName]?: number | undefined }

/** Limits of numbers, lengths and counts; OpenAPI 3.0 has booleans for the exclusive limits. */
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

/** The exclusive limit, and the inclusive limit that remains in effect. */
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

/**
 * A regular expression with the flags it compiles with; undefined if it does not compile. JSON Schema recommends the
 * flag `u`, but many documents do not comply.
 */
export function readPattern(source: string): Pattern | undefined {
  for (const flags of ['u', ''] as const) {
    try {
      new RegExp(source, flags)
      return { source, flags }
    } catch {
      // Try the other flags.
    }
  }
  return undefined
}

const DOCUMENTED_KEYWORDS = [
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

/** Documentation for the JSDoc of a type or a property. */
export function readDocumentation(raw: RawSchema): Documentation {
  const { title, description, examples, externalDocs } = raw
  const example = raw['example']
  const list = Array.isArray(examples) ? examples : example === undefined ? [] : [example]
  const bounds = DOCUMENTED_KEYWORDS.flatMap((word) => {
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
    default: raw['default'] === undefined ? undefined : { value: toJson(raw['default']) },
    externalDocs:
      isRawSchema(externalDocs) && typeof externalDocs['url'] === 'string'
        ? externalDocs['url']
        : undefined,
    examples: list.map((item) => toJson(item)),
    bounds,
  }
}

import { isJsonObject } from '../json'

/**
 * A schema for types and validators: JSON Schema draft 7 with the extensions of AsyncAPI and OpenAPI, as plain data
 * without cycles. Schemas with their own module are references. Absent keywords are absent keys.
 */
export type Schema = boolean | SchemaReference | SchemaNode

/** A reference to another module's schema. */
export interface SchemaReference {
  /** Name of the module: an identifier that the pipeline made. */
  readonly reference: string
}

export type JsonType = 'null' | 'boolean' | 'object' | 'array' | 'number' | 'integer' | 'string'

export interface SchemaNode {
  readonly documentation: Documentation
  readonly types?: readonly JsonType[]
  /** `enum` and `const`: the only allowed values. */
  readonly values?: readonly unknown[]

  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number

  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: Pattern
  readonly format?: string

  /** Schemas of the first items, by position. */
  readonly tuple?: readonly Schema[]
  /** Schema of all items, or of the items after the tuple. */
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: true
  readonly contains?: Schema

  readonly properties?: readonly Property[]
  readonly patternProperties?: readonly { readonly pattern: Pattern; readonly schema: Schema }[]
  readonly additionalProperties?: Schema
  readonly propertyNames?: Schema
  readonly required?: readonly string[]
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly dependencies?: readonly { readonly name: string; readonly schema: Schema }[]

  readonly allOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly not?: Schema
  readonly if?: Schema
  readonly then?: Schema
  readonly else?: Schema
}

export interface Property {
  readonly name: string
  readonly schema: Schema
}

/** A regular expression that was verified to compile with these flags. */
export interface Pattern {
  readonly source: string
  readonly flags: 'u' | ''
}

/** Documentation of a schema; all members are document text. */
export interface Documentation {
  readonly title: string | undefined
  readonly description: string | undefined
  readonly deprecated: boolean
  readonly readOnly: boolean
  readonly writeOnly: boolean
  readonly default: { readonly value: unknown } | undefined
  readonly examples: readonly unknown[]
  /** URL of external documentation. */
  readonly externalDocs: string | undefined
  /** Format and limits as text, e.g. `minLength: 3`. */
  readonly bounds: readonly string[]
}

export const UNDOCUMENTED: Documentation = {
  title: undefined,
  description: undefined,
  deprecated: false,
  readOnly: false,
  writeOnly: false,
  default: undefined,
  examples: [],
  externalDocs: undefined,
  bounds: [],
}

/** Combined documentation of several schemas for one value: the first non-empty text of each member. */
export function mergeDocumentation(list: readonly Documentation[]): Documentation {
  const defined = list.map((one) => ({
    ...Object.fromEntries(
      Object.entries(one).filter(([, value]) => value !== undefined && value !== false),
    ),
    examples: one.examples,
    bounds: one.bounds,
  }))
  return {
    ...UNDOCUMENTED,
    ...(Object.assign({}, ...[...defined].reverse()) as Partial<Documentation>),
    examples: list.find(({ examples }) => examples.length > 0)?.examples ?? [],
    bounds: [...new Set(list.flatMap(({ bounds }) => bounds))],
  }
}

export function documentationOf(schema: Schema): Documentation {
  return isNode(schema) ? schema.documentation : UNDOCUMENTED
}

export function isReference(schema: Schema): schema is SchemaReference {
  return typeof schema === 'object' && 'reference' in schema
}

export function isNode(schema: Schema): schema is SchemaNode {
  return typeof schema === 'object' && !('reference' in schema)
}

/** Whether a JSON value has the type. */
export function hasType(value: unknown, type: JsonType): boolean {
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isJsonObject(value)
  return typeof value === type
}

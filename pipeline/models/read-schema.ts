import type { NamedSchema, SameValue } from './graph'
import { isRawSchema, members, type RawSchema } from './raw-schema'
import {
  isCatastrophic,
  readBounds,
  readDocumentation,
  readPattern,
  readTypes,
  readValues,
  unknownTypes,
} from './read-keywords'
import { UNDOCUMENTED, type Pattern, type Property, type Schema, type SchemaNode } from './schema'

interface Context {
  /** Schema whose module is being read. */
  readonly owner: RawSchema
  /** Schemas that speak about the same value as the one being read, from the outermost in. */
  readonly same: ReadonlySet<RawSchema>
  readonly pointer: string
}

/** What a schema that comes back to itself for the same value adds to itself. */
const NOTHING_NEW = Symbol('nothing new')

type Inner = Schema | typeof NOTHING_NEW

/** Schema objects of the document to `Schema`s: shared ones become references, circles are opened. */
export class SchemaReader {
  readonly #named: ReadonlyMap<RawSchema, NamedSchema>
  readonly #sameValue: SameValue
  readonly #report: (message: string) => void
  readonly #problem: (message: string) => void

  constructor(
    named: ReadonlyMap<RawSchema, NamedSchema>,
    sameValue: SameValue,
    report: (message: string) => void,
    problem: (message: string) => void,
  ) {
    this.#named = named
    this.#sameValue = sameValue
    this.#report = report
    this.#problem = problem
  }

  /** The schema of a module: not a reference, even where it has a name. */
  readModule(raw: unknown, pointer: string): Schema {
    if (!isRawSchema(raw)) return this.#literal(raw, pointer)
    return this.#node(raw, { owner: raw, same: new Set([raw]), pointer })
  }

  /** A schema where it stands: a reference, where it has a module. */
  read(raw: unknown, pointer: string): Schema {
    if (!isRawSchema(raw)) return this.#literal(raw, pointer)
    const named = this.#named.get(raw)
    return named === undefined ? this.readModule(raw, pointer) : { reference: named.name }
  }

  #literal(raw: unknown, pointer: string): boolean {
    if (typeof raw === 'boolean') return raw
    this.#problem(
      `${pointer}: a schema is an object or a boolean, not ${raw === null ? 'null' : Array.isArray(raw) ? 'an array' : typeof raw}`,
    )
    return true
  }

  /** A property or an item: another value, so every named schema can be referred to. */
  #part(raw: unknown, context: Context, ...path: string[]): Schema {
    const pointer = place(context, path)
    if (!isRawSchema(raw)) return this.#literal(raw, pointer)
    const named = this.#named.get(raw)
    if (named !== undefined) return { reference: named.name }
    return this.#node(raw, { owner: context.owner, same: new Set([raw]), pointer })
  }

  /** A schema for the same value. Where it leads back to where we are, it is read in place, and left out at the second time. */
  #same(raw: unknown, context: Context, ...path: string[]): Inner {
    const pointer = place(context, path)
    if (!isRawSchema(raw)) return this.#literal(raw, pointer)
    const named = this.#named.get(raw)
    if (named !== undefined && !this.#mustStand(raw, context, path[0] === 'allOf')) {
      return { reference: named.name }
    }
    if (context.same.has(raw)) return NOTHING_NEW
    return this.#node(raw, {
      owner: context.owner,
      same: new Set([...context.same, raw]),
      pointer,
    })
  }

  /** Inside a property or an item there is no way back to where we are, for the same value. */
  #mustStand(raw: RawSchema, { owner, same }: Context, always: boolean): boolean {
    if (!same.has(owner)) return false
    if (raw !== owner && !this.#sameValue.reaches(raw, owner)) return false
    return always || !this.#sameValue.refer(owner, raw)
  }

  #node(raw: RawSchema, context: Context): SchemaNode {
    if (typeof raw['$ref'] === 'string') {
      this.#problem(
        `${context.pointer}: the reference ${JSON.stringify(raw['$ref'])} was not resolved; write the schema into the document, or bundle it first (asyncapi bundle)`,
      )
    }
    for (const type of unknownTypes(raw)) {
      this.#report(
        `${context.pointer}/type: JSON Schema has no type ${JSON.stringify(type)}; any value is taken`,
      )
    }
    return withoutAbsent({
      documentation: readDocumentation(raw),
      types: readTypes(raw),
      values: readValues(raw),
      ...readBounds(raw),
      pattern: this.#pattern(raw['pattern'], place(context, ['pattern'])),
      format: typeof raw['format'] === 'string' ? raw['format'] : undefined,
      uniqueItems: raw['uniqueItems'] === true ? true : undefined,
      ...this.#items(raw, context),
      ...this.#object(raw, context),
      ...this.#combined(raw, context),
    })
  }

  #items(raw: RawSchema, context: Context): Partial<SchemaNode> {
    const { items, additionalItems, contains } = raw
    const isTuple = Array.isArray(items)
    return withoutAbsent({
      tuple: isTuple
        ? items.map((item, index) => this.#part(item, context, 'items', String(index)))
        : undefined,
      items: isTuple
        ? this.#optional(additionalItems, context, 'additionalItems')
        : this.#optional(items, context, 'items'),
      contains: this.#optional(contains, context, 'contains'),
    })
  }

  #object(raw: RawSchema, context: Context): Partial<SchemaNode> {
    const { required } = raw
    const properties = members(raw['properties']).map(([name, schema]): Property => ({
      name,
      schema: this.#part(schema, context, 'properties', name),
    }))
    const patternProperties = members(raw['patternProperties']).flatMap(([source, member]) => {
      const at = ['patternProperties', source]
      const pattern = this.#pattern(source, place(context, at))
      return pattern === undefined ? [] : [{ pattern, schema: this.#part(member, context, ...at) }]
    })
    const names = Array.isArray(required)
      ? [...new Set(required.filter((name) => typeof name === 'string'))]
      : []
    return withoutAbsent({
      properties: properties.length > 0 ? properties : undefined,
      patternProperties: patternProperties.length > 0 ? patternProperties : undefined,
      additionalProperties: this.#optional(
        raw['additionalProperties'],
        context,
        'additionalProperties',
      ),
      propertyNames: this.#optional(raw['propertyNames'], context, 'propertyNames'),
      required: names.length > 0 ? names : undefined,
    })
  }

  #combined(raw: RawSchema, context: Context): Partial<SchemaNode> {
    const dependencies = members(raw['dependencies']).flatMap(([name, value]) => {
      const schema = Array.isArray(value)
        ? {
            documentation: UNDOCUMENTED,
            required: value.filter((item) => typeof item === 'string'),
          }
        : this.#same(value, context, 'dependencies', name)
      return schema === NOTHING_NEW ? [] : [{ name, schema }]
    })
    const not = 'not' in raw ? this.#same(raw['not'], context, 'not') : undefined
    return withoutAbsent({
      dependencies: dependencies.length > 0 ? dependencies : undefined,
      allOf: this.#list(raw, context, 'allOf')?.filter((schema) => schema !== NOTHING_NEW),
      anyOf: this.#alternatives(raw, context, 'anyOf'),
      oneOf: this.#alternatives(raw, context, 'oneOf'),
      not: not === NOTHING_NEW ? undefined : not,
      ...this.#conditional(raw, context),
    })
  }

  #conditional(raw: RawSchema, context: Context): Partial<SchemaNode> {
    if (!('if' in raw) || !('then' in raw || 'else' in raw)) return {}
    const condition = this.#same(raw['if'], context, 'if')
    if (condition === NOTHING_NEW) return {}
    const branch = (keyword: string): Schema | undefined => {
      if (!(keyword in raw)) return undefined
      const schema = this.#same(raw[keyword], context, keyword)
      return schema === NOTHING_NEW ? undefined : schema
    }
    return withoutAbsent({ if: condition, then: branch('then'), else: branch('else') })
  }

  #list(raw: RawSchema, context: Context, keyword: string): Inner[] | undefined {
    const list = raw[keyword]
    if (!Array.isArray(list) || list.length === 0) return undefined
    return list.map((item, index) => this.#same(item, context, keyword, String(index)))
  }

  /** Alternatives of which one is the schema itself say nothing. */
  #alternatives(raw: RawSchema, context: Context, keyword: string): Schema[] | undefined {
    const list = this.#list(raw, context, keyword)
    const schemas = list?.filter((schema) => schema !== NOTHING_NEW)
    return schemas?.length === list?.length ? schemas : undefined
  }

  #optional(raw: unknown, context: Context, keyword: string): Schema | undefined {
    return raw === undefined ? undefined : this.#part(raw, context, keyword)
  }

  #pattern(source: unknown, pointer: string): Pattern | undefined {
    if (typeof source !== 'string') return undefined
    const pattern = readPattern(source)
    if (pattern === undefined) {
      this.#report(
        `${pointer}: ${JSON.stringify(source)} is not a valid regular expression; it is not checked`,
      )
    } else if (isCatastrophic(source)) {
      this.#report(
        `${pointer}: ${JSON.stringify(source)} takes exponential time on some texts; whoever sends them can stall the process`,
      )
    }
    return pattern
  }
}

function place({ pointer }: Context, path: readonly string[]): string {
  return [pointer, ...path.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))].join(
    '/',
  )
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** Leaves out the keys whose value is undefined. */
function withoutAbsent<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined),
  ) as Defined<T>
}

import { appendToPointer } from '../json-pointer'
import {
  discriminatorOf,
  discriminatorValues,
  unlistedSubtypes,
  withConstant,
  type Discriminator,
} from './discriminator'
import { closedParts } from './closed-parts'
import type { NamedSchema, InPlaceReferences } from './references'
import { formatProblem } from './formats'
import { unusedKeywords } from './keywords'
import { PatternReader } from './pattern-reader'
import { referenceProblem } from './reference-problem'
import { isRawSchema, schemaMembers, type RawSchema } from './raw-schema'
import {
  isNullableAsWhole,
  readBounds,
  readDocumentation,
  readTypes,
  readValues,
  unknownTypes,
} from './read-keywords'
import {
  hasType,
  UNDOCUMENTED,
  type JsonType,
  type Property,
  type Schema,
  type SchemaNode,
} from './schema'

interface ReadContext {
  /** Schema of the module. */
  readonly owner: RawSchema
  /** Enclosing schemas that apply to the same value, outermost first. */
  readonly inPlace: ReadonlySet<RawSchema>
  readonly pointer: string
  /** Of an enclosing schema that applies to the same value. */
  readonly discriminator?: Discriminator | undefined
  /** Whether the schema itself has the discriminator. */
  readonly isDiscriminated?: boolean
  /** Whether the schema is a member of an `allOf`. */
  readonly isPart?: boolean
}

/** Sentinel: an in-place recursive reference adds no constraint. */
const CYCLIC_REFERENCE = Symbol('nothing new')

type InPlaceSchema = Schema | typeof CYCLIC_REFERENCE

/** Converts schema objects of the document to `Schema`s: shared schemas become references, cycles are broken. */
export class SchemaReader {
  readonly #components: ReadonlyMap<string, object>
  readonly #componentNames: ReadonlyMap<object, string>
  readonly #patterns: PatternReader
  readonly #named: ReadonlyMap<RawSchema, NamedSchema>
  readonly #inPlaceReferences: InPlaceReferences
  readonly #note: (message: string) => void
  readonly #error: (message: string) => void

  constructor(
    named: ReadonlyMap<RawSchema, NamedSchema>,
    inPlaceReferences: InPlaceReferences,
    note: (message: string) => void,
    error: (message: string) => void,
    components: ReadonlyMap<object, string> = new Map(),
  ) {
    this.#componentNames = components
    this.#components = new Map([...components].map(([schema, name]) => [name, schema]))
    this.#named = named
    this.#inPlaceReferences = inPlaceReferences
    this.#note = note
    this.#error = error
    this.#patterns = new PatternReader(note)
  }

  /** The schema of a module: never a reference, even if it has a name. */
  readModule(raw: unknown, pointer: string): Schema {
    if (!isRawSchema(raw)) return this.#readNonObject(raw, pointer)
    return this.#readNode(raw, { owner: raw, inPlace: new Set([raw]), pointer })
  }

  /** A schema at its position: a reference if it has a module. */
  read(raw: unknown, pointer: string): Schema {
    if (!isRawSchema(raw)) return this.#readNonObject(raw, pointer)
    this.#noteSubtypes(raw, pointer)
    const named = this.#named.get(raw)
    return named === undefined ? this.readModule(raw, pointer) : { reference: named.name }
  }

  #readNonObject(raw: unknown, pointer: string): boolean {
    if (typeof raw === 'boolean') return raw
    this.#error(
      `${pointer}: a schema is an object or a boolean, not ${raw === null ? 'null' : Array.isArray(raw) ? 'an array' : typeof raw}`,
    )
    return true
  }

  /** A property or an item: a different value, so all named schemas can be referenced. */
  #readSubschema(raw: unknown, context: ReadContext, ...path: string[]): Schema {
    const pointer = pointerTo(context, path)
    if (!isRawSchema(raw)) return this.#readNonObject(raw, pointer)
    this.#noteSubtypes(raw, pointer)
    const named = this.#named.get(raw)
    if (named !== undefined) return { reference: named.name }
    return this.#readNode(raw, { owner: context.owner, inPlace: new Set([raw]), pointer })
  }

  /**
   * A schema for the same value. If it leads back to the module's schema, it is inlined, and omitted at the second
   * occurrence.
   */
  #readInPlace(raw: unknown, context: ReadContext, ...path: string[]): InPlaceSchema {
    const pointer = pointerTo(context, path)
    if (!isRawSchema(raw)) return this.#readNonObject(raw, pointer)
    const named = this.#named.get(raw)
    if (named !== undefined && !this.#mustInline(raw, context, path[0] === 'allOf')) {
      return { reference: named.name }
    }
    if (context.inPlace.has(raw)) return CYCLIC_REFERENCE
    return this.#readNode(raw, {
      owner: context.owner,
      inPlace: new Set([...context.inPlace, raw]),
      pointer,
      discriminator: context.discriminator,
      isPart: path[0] === 'allOf',
    })
  }

  /** Whether a reference for the same value would be cyclic. Inside a property or an item it never is. */
  #mustInline(raw: RawSchema, { owner, inPlace }: ReadContext, isForced: boolean): boolean {
    if (!inPlace.has(owner)) return false
    if (raw !== owner && !this.#inPlaceReferences.reaches(raw, owner)) return false
    return isForced || !this.#inPlaceReferences.tryAdd(owner, raw)
  }

  #readNode(raw: RawSchema, context: ReadContext): SchemaNode {
    const problem = referenceProblem(raw, this.#components)
    if (problem !== undefined) this.#error(`${context.pointer}: ${problem}`)
    const formatNote = formatProblem(raw['format'])
    if (formatNote !== undefined) this.#note(`${pointerTo(context, ['format'])}: ${formatNote}`)
    for (const { keyword, reason } of unusedKeywords(raw)) {
      this.#note(`${pointerTo(context, [keyword])}: ${reason}`)
    }
    for (const type of unknownTypes(raw)) {
      this.#note(
        `${context.pointer}/type: JSON Schema has no type ${JSON.stringify(type)}; any value is taken`,
      )
    }
    for (const { path, problem } of context.isPart === true ? [] : closedParts(raw)) {
      this.#note(`${pointerTo(context, path)}: ${problem}`)
    }
    if (isNullableAsWhole(raw)) return this.#readNullable(raw, context)
    return this.#readKeywords(raw, context)
  }

  /** As a condition, because an invalid value then has the errors of the schema, and not that of an alternative. */
  #readNullable(raw: RawSchema, context: ReadContext): SchemaNode {
    const { documentation, ...schema } = this.#readKeywords({ ...raw, nullable: false }, context)
    return {
      documentation,
      if: { documentation: UNDOCUMENTED, types: ['null'] },
      else: { documentation: UNDOCUMENTED, ...schema },
    }
  }

  #readKeywords(raw: RawSchema, context: ReadContext): SchemaNode {
    const types = readTypes(raw)
    const values = readValues(raw)
    this.#checkValues(values, types, pointerTo(context, ['const' in raw ? 'const' : 'enum']))
    return omitUndefined({
      documentation: readDocumentation(raw),
      types,
      values,
      ...readBounds(raw),
      pattern: this.#patterns.read(
        raw['pattern'],
        pointerTo(context, ['pattern']),
        raw['maxLength'],
      ),
      format: typeof raw['format'] === 'string' ? raw['format'] : undefined,
      uniqueItems: raw['uniqueItems'] === true ? true : undefined,
      ...this.#readItems(raw, context),
      ...this.#readObject(raw, context),
      ...this.#readCombined(raw, withDiscriminator(context, discriminatorOf(raw))),
    })
  }

  /** Quotes in YAML make text of a number, which is a usual mistake. */
  #checkValues(
    values: readonly unknown[] = [],
    types: readonly JsonType[] | undefined,
    pointer: string,
  ): void {
    if (values.length === 0 || types === undefined) return
    if (values.some((value) => types.some((type) => hasType(value, type)))) return
    this.#note(
      `${pointer}: no value has the type ${types.map((type) => `"${type}"`).join(' or ')}, so the schema accepts nothing; correct "type", or remove the quotes of numbers and booleans`,
    )
  }

  #readItems(raw: RawSchema, context: ReadContext): Partial<SchemaNode> {
    const { items, additionalItems, contains } = raw
    const isTuple = Array.isArray(items)
    return omitUndefined({
      tuple: isTuple
        ? items.map((item, index) => this.#readSubschema(item, context, 'items', String(index)))
        : undefined,
      items: isTuple
        ? this.#readOptional(additionalItems, context, 'additionalItems')
        : this.#readOptional(items, context, 'items'),
      contains: this.#readOptional(contains, context, 'contains'),
    })
  }

  #readObject(raw: RawSchema, context: ReadContext): Partial<SchemaNode> {
    const { required } = raw
    const properties = schemaMembers(raw['properties']).map(([name, schema]): Property => ({
      name,
      schema: this.#readSubschema(schema, context, 'properties', name),
    }))
    const patternProperties = schemaMembers(raw['patternProperties']).flatMap(
      ([source, member]) => {
        const at = ['patternProperties', source]
        const pattern = this.#patterns.read(source, pointerTo(context, at))
        return pattern === undefined
          ? []
          : [{ pattern, schema: this.#readSubschema(member, context, ...at) }]
      },
    )
    const names = Array.isArray(required)
      ? [...new Set(required.filter((name) => typeof name === 'string'))]
      : []
    return omitUndefined({
      properties: properties.length > 0 ? properties : undefined,
      patternProperties: patternProperties.length > 0 ? patternProperties : undefined,
      additionalProperties: this.#readOptional(
        raw['additionalProperties'],
        context,
        'additionalProperties',
      ),
      propertyNames: this.#readOptional(raw['propertyNames'], context, 'propertyNames'),
      required: names.length > 0 ? names : undefined,
    })
  }

  #readCombined(raw: RawSchema, context: ReadContext): Partial<SchemaNode> {
    const dependencies = schemaMembers(raw['dependencies']).flatMap(([name, value]) => {
      const schema = Array.isArray(value)
        ? {
            documentation: UNDOCUMENTED,
            required: value.filter((item) => typeof item === 'string'),
          }
        : this.#readInPlace(value, context, 'dependencies', name)
      return schema === CYCLIC_REFERENCE ? [] : [{ name, schema }]
    })
    const not = 'not' in raw ? this.#readInPlace(raw['not'], context, 'not') : undefined
    return omitUndefined({
      dependencies: dependencies.length > 0 ? dependencies : undefined,
      allOf: this.#readList(raw, context, 'allOf')?.filter((schema) => schema !== CYCLIC_REFERENCE),
      anyOf: this.#readAlternatives(raw, context, 'anyOf'),
      oneOf: this.#readAlternatives(raw, context, 'oneOf'),
      not: not === CYCLIC_REFERENCE ? undefined : not,
      ...this.#readConditional(raw, context),
    })
  }

  #readConditional(raw: RawSchema, context: ReadContext): Partial<SchemaNode> {
    if (!('if' in raw) || !('then' in raw || 'else' in raw)) return {}
    const condition = this.#readInPlace(raw['if'], context, 'if')
    if (condition === CYCLIC_REFERENCE) return {}
    const branch = (keyword: string): Schema | undefined => {
      if (!(keyword in raw)) return undefined
      const schema = this.#readInPlace(raw[keyword], context, keyword)
      return schema === CYCLIC_REFERENCE ? undefined : schema
    }
    return omitUndefined({ if: condition, then: branch('then'), else: branch('else') })
  }

  #readList(raw: RawSchema, context: ReadContext, keyword: string): InPlaceSchema[] | undefined {
    const list = raw[keyword]
    if (!Array.isArray(list) || list.length === 0) return undefined
    return list.map((item, index) => this.#readInPlace(item, context, keyword, String(index)))
  }

  /** Alternatives that include the schema itself add no constraint. */
  #readAlternatives(raw: RawSchema, context: ReadContext, keyword: string): Schema[] | undefined {
    const list = this.#readList(raw, context, keyword)
    const schemas = list?.filter((schema) => schema !== CYCLIC_REFERENCE)
    if (schemas === undefined || schemas.length !== list?.length) return undefined
    return this.#narrow(schemas, raw[keyword] as readonly unknown[], context)
  }

  /** Adds the value of the discriminator to each alternative that has no constant itself. */
  #narrow(
    schemas: readonly Schema[],
    alternatives: readonly unknown[],
    context: ReadContext,
  ): Schema[] {
    const discriminator =
      context.discriminator ?? alternatives.map((one) => discriminatorOf(one)).find(Boolean)
    if (discriminator === undefined || schemas.length < 2) return [...schemas]
    const names = alternatives.map((one) => this.#componentNames.get(one as RawSchema))
    const values = discriminatorValues(discriminator, alternatives, names)
    // A discriminator of an enclosing schema may be meant for other alternatives.
    const isMeant = context.isDiscriminated === true || names.every((name) => name !== undefined)
    if (values === undefined && isMeant) {
      this.#note(
        `${context.pointer}: the values of the discriminator ${JSON.stringify(discriminator.property)} are unknown, so types do not narrow by it; give the property a "const" in each alternative`,
      )
    }
    return schemas.map((schema, index) => {
      const own = values?.[index] ?? []
      return own.length === 0 ? schema : withConstant(schema, discriminator.property, own)
    })
  }

  /** AsyncAPI allows a value of any schema that extends the one with the discriminator. */
  #noteSubtypes(raw: RawSchema, pointer: string): void {
    const names = unlistedSubtypes(raw, this.#components)
    if (names.length === 0) return
    this.#note(
      `${pointer}: the schemas that extend the one with the discriminator (${names.join(', ')}) are not part of the type; list them in "oneOf" here`,
    )
  }

  #readOptional(raw: unknown, context: ReadContext, keyword: string): Schema | undefined {
    return raw === undefined ? undefined : this.#readSubschema(raw, context, keyword)
  }
}

function withDiscriminator(context: ReadContext, own: Discriminator | undefined): ReadContext {
  const isDiscriminated = own !== undefined
  return { ...context, discriminator: own ?? context.discriminator, isDiscriminated }
}

function pointerTo({ pointer }: ReadContext, path: readonly string[]): string {
  return appendToPointer(pointer, path)
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** Omits keys with undefined values. */
function omitUndefined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined),
  ) as Defined<T>
}

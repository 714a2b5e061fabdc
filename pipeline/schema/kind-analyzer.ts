import {
  ANY,
  intersectKinds,
  unionKinds,
  mapKinds,
  NONE,
  complementKinds,
  asInexact,
  type KindConstraint,
  type KindMap,
  type Kind,
  type StructuralConstraint,
} from './kind-map'
import { isNode, isReference, type JsonType, type Schema, type SchemaNode } from './schema'

/**
 * How a schema without `type` is read. In JSON Schema, `properties` does not imply an object; most authors intend one.
 * Types use the intended reading (`inferred`), validators the specified one (`strict`).
 */
export type TypeInference = 'inferred' | 'strict'

/** Computes the kinds of schemas; caches those of modules. */
export class KindAnalyzer {
  readonly #modules: ReadonlyMap<string, Schema>
  readonly #typeInference: TypeInference
  readonly #cache = new Map<string, KindMap>()

  constructor(modules: ReadonlyMap<string, Schema>, typeInference: TypeInference) {
    this.#modules = modules
    this.#typeInference = typeInference
  }

  ofModule(name: string): KindMap {
    const known = this.#cache.get(name)
    if (known !== undefined) return known
    const kindMap = this.of(this.#modules.get(name) ?? true)
    this.#cache.set(name, kindMap)
    return kindMap
  }

  of(schema: Schema): KindMap {
    if (typeof schema === 'boolean') return mapKinds(schema ? ANY : NONE)
    if (isReference(schema)) return this.#ofReference(schema.reference)
    return this.#ofNode(schema)
  }

  /** The combination of all given schemas. */
  ofAll(schemas: readonly Schema[]): KindMap {
    return schemas.map((schema) => this.of(schema)).reduce(intersectKinds, mapKinds(ANY))
  }

  #ofReference(name: string): KindMap {
    const kindMap = this.ofModule(name)
    const own = (['object', 'array'] as const).filter((kind) => kindMap[kind].type === 'structural')
    const others = mapKinds(NONE)
    const [kind] = own
    // A name with a single kind can be combined with conditions on that kind.
    const isSingleKind =
      own.length === 1 &&
      Object.keys(others).every((other) => other === kind || kindMap[other as Kind].type === 'none')
    if (kind === undefined || !isSingleKind) return kindMap
    return {
      ...kindMap,
      [kind]: {
        type: 'structural',
        parts: [{ type: 'reference', name }],
        isExact: kindMap[kind].isExact,
      },
    }
  }

  #ofNode(node: SchemaNode): KindMap {
    let kindMap = intersectKinds(this.#fromTypes(node), valueKinds(node))
    if (node.allOf !== undefined) kindMap = intersectKinds(kindMap, this.ofAll(node.allOf))
    if (node.anyOf !== undefined)
      kindMap = intersectKinds(kindMap, unionKinds(node.anyOf.map((one) => this.of(one))))
    if (node.oneOf !== undefined) {
      kindMap = intersectKinds(
        kindMap,
        asInexact(unionKinds(node.oneOf.map((one) => this.of(one)))),
      )
    }
    if (node.not !== undefined) kindMap = intersectKinds(kindMap, this.#not(node.not))
    if (node.if !== undefined) kindMap = intersectKinds(kindMap, this.#conditional(node, node.if))
    for (const { name, schema } of node.dependencies ?? []) {
      const absent = objectKinds({
        type: 'object',
        properties: [forbiddenProperty(name)],
        index: null,
      })
      const present = objectKinds({
        type: 'object',
        properties: [requiredProperty(name)],
        index: null,
      })
      kindMap = intersectKinds(
        kindMap,
        asInexact(unionKinds([absent, intersectKinds(present, this.of(schema))])),
      )
    }
    return kindMap
  }

  #not(schema: Schema): KindMap {
    // A forbidden property is the only complement of objects that types can express.
    if (isNode(schema) && requiresOneProperty(schema)) {
      const [name = ''] = schema.required ?? []
      const constraint: StructuralConstraint = {
        type: 'object',
        properties: [forbiddenProperty(name)],
        index: null,
      }
      return { ...mapKinds(NONE), object: objectKinds(constraint).object }
    }
    return complementKinds(new KindAnalyzer(this.#modules, 'strict').of(schema))
  }

  #conditional(node: SchemaNode, condition: Schema): KindMap {
    const holds = this.of(condition)
    const fails = complementKinds(new KindAnalyzer(this.#modules, 'strict').of(condition))
    return asInexact(
      unionKinds([
        intersectKinds(holds, this.of(node.then ?? true)),
        intersectKinds(fails, this.of(node.else ?? true)),
      ]),
    )
  }

  #fromTypes(node: SchemaNode): KindMap {
    const allowed = node.types ?? this.#inferTypes(node)
    return mapKinds((kind) => {
      const isAllowed =
        allowed === undefined ||
        allowed.some((type) => type === kind || (type === 'integer' && kind === 'number'))
      return isAllowed ? kindConstraint(node, kind, allowed) : NONE
    })
  }

  #inferTypes(node: SchemaNode): readonly JsonType[] | undefined {
    if (this.#typeInference === 'strict' || node.values !== undefined) return undefined
    const types: JsonType[] = []
    if (node.properties ?? node.patternProperties ?? isNode(node.additionalProperties ?? true)) {
      types.push('object')
    }
    if (node.items !== undefined || node.tuple !== undefined) types.push('array')
    return types.length > 0 ? types : undefined
  }
}

function objectKinds(constraint: StructuralConstraint): KindMap {
  return { ...mapKinds(ANY), object: { type: 'structural', parts: [constraint], isExact: true } }
}

function forbiddenProperty(name: string): { name: string; schemas: Schema[]; required: boolean } {
  return { name, schemas: [false], required: false }
}

function requiredProperty(name: string): { name: string; schemas: Schema[]; required: boolean } {
  return { name, schemas: [true], required: true }
}

function requiresOneProperty(schema: SchemaNode): boolean {
  const keywords = Object.keys(schema).filter((keyword) => keyword !== 'documentation')
  return keywords.every((keyword) => keyword === 'required') && schema.required?.length === 1
}

function valueKinds({ values }: SchemaNode): KindMap {
  if (values === undefined) return mapKinds(ANY)
  return mapKinds((kind) => {
    const own = values.filter((value) => kindOf(value) === kind)
    return own.length > 0 ? { type: 'values', values: own, isExact: true } : NONE
  })
}

export function kindOf(value: unknown): Kind {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  const type = typeof value
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'object'
}

const INEXACT_KEYWORDS: Readonly<Record<Kind, readonly (keyof SchemaNode)[]>> = {
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'format'],
  boolean: [],
  null: [],
  object: [
    'propertyNames',
    'minProperties',
    'maxProperties',
    'patternProperties',
    'additionalProperties',
  ],
  array: ['minItems', 'maxItems', 'uniqueItems', 'contains'],
}

/** Constraint of one kind, from the keywords for that kind. */
function kindConstraint(
  node: SchemaNode,
  kind: Kind,
  types: readonly JsonType[] | undefined,
): KindConstraint {
  const isInteger = kind === 'number' && types !== undefined && !types.includes('number')
  const isExact =
    !isInteger && INEXACT_KEYWORDS[kind].every((keyword) => node[keyword] === undefined)
  const constraint =
    kind === 'object' ? objectConstraint(node) : kind === 'array' ? arrayConstraint(node) : null
  if (constraint === null) return { type: 'any', isExact }
  return { type: 'structural', parts: [constraint], isExact: false }
}

function objectConstraint(node: SchemaNode): StructuralConstraint | null {
  const { properties = [], patternProperties = [], additionalProperties, required = [] } = node
  const unnamed: Schema[] = patternProperties.map(({ schema }) => schema)
  if (additionalProperties !== false) unnamed.push(additionalProperties ?? true)
  const declared = new Map(
    properties.map(({ name, schema }) => [
      name,
      { name, schemas: [schema], required: required.includes(name) },
    ]),
  )
  for (const name of required) {
    // A required but undeclared property has the schema of the other properties.
    const only = unnamed.length === 1 ? unnamed[0] : true
    if (!declared.has(name)) declared.set(name, { name, schemas: [only ?? false], required: true })
  }
  const isOpen = additionalProperties === undefined && (declared.size > 0 || unnamed.length === 1)
  const isClosed = unnamed.length === 0 && declared.size > 0
  if (declared.size === 0 && (isOpen || unnamed.includes(true))) return null
  const index = isOpen || isClosed ? null : unnamed
  return { type: 'object', properties: [...declared.values()], index }
}

function arrayConstraint({
  tuple = [],
  items,
  minItems = 0,
  maxItems = Infinity,
}: SchemaNode): StructuralConstraint | null {
  // A tuple of at most its own length has no additional items. An array type cannot express a maximum.
  if (tuple.length > 0 && maxItems <= tuple.length) {
    return { type: 'array', tuple: tuple.slice(0, maxItems), items: null, minItems }
  }
  if (tuple.length === 0 && (items === undefined || items === true)) return null
  return { type: 'array', tuple, items: items === false ? null : (items ?? true), minItems }
}

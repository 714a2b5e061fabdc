import {
  ANY,
  both,
  either,
  everyKind,
  NONE,
  opposite,
  roughly,
  type Allowed,
  type Form,
  type Kind,
  type Piece,
} from './forms'
import { isNode, isReference, type JsonType, type Schema, type SchemaNode } from './schema'

/**
 * How a schema without `type` is read. JSON Schema says that `properties` does not ask for an object; the authors of
 * documents mean one nearly always. Types take what they mean, validators what is written.
 */
export type Reading = 'meant' | 'literal'

/** The forms of schemas, those of modules kept. */
export class Forms {
  readonly #modules: ReadonlyMap<string, Schema>
  readonly #reading: Reading
  readonly #known = new Map<string, Form>()

  constructor(modules: ReadonlyMap<string, Schema>, reading: Reading) {
    this.#modules = modules
    this.#reading = reading
  }

  ofModule(name: string): Form {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const form = this.of(this.#modules.get(name) ?? true)
    this.#known.set(name, form)
    return form
  }

  of(schema: Schema): Form {
    if (typeof schema === 'boolean') return everyKind(schema ? ANY : NONE)
    if (isReference(schema)) return this.#ofReference(schema.reference)
    return this.#ofNode(schema)
  }

  /** A schema that all of the given ones make together. */
  ofAll(schemas: readonly Schema[]): Form {
    return schemas.map((schema) => this.of(schema)).reduce(both, everyKind(ANY))
  }

  #ofReference(name: string): Form {
    const form = this.ofModule(name)
    const own = (['object', 'array'] as const).filter((kind) => form[kind].is === 'pieces')
    const others = everyKind(NONE)
    const [kind] = own
    // A name stands for one kind only: then it can be combined with conditions on that kind.
    const single =
      own.length === 1 &&
      Object.keys(others).every((other) => other === kind || form[other as Kind].is === 'none')
    if (kind === undefined || !single) return form
    return {
      ...form,
      [kind]: { is: 'pieces', all: [{ piece: 'reference', name }], exact: form[kind].exact },
    }
  }

  #ofNode(node: SchemaNode): Form {
    let form = both(this.#start(node), valuesForm(node))
    if (node.allOf !== undefined) form = both(form, this.ofAll(node.allOf))
    if (node.anyOf !== undefined) form = both(form, either(node.anyOf.map((one) => this.of(one))))
    if (node.oneOf !== undefined) {
      form = both(form, roughly(either(node.oneOf.map((one) => this.of(one)))))
    }
    if (node.not !== undefined) form = both(form, this.#not(node.not))
    if (node.if !== undefined) form = both(form, this.#conditional(node, node.if))
    for (const { name, schema } of node.dependencies ?? []) {
      const absent = objectForm({ piece: 'object', properties: [without(name)], index: null })
      const present = objectForm({ piece: 'object', properties: [withAny(name)], index: null })
      form = both(form, roughly(either([absent, both(present, this.of(schema))])))
    }
    return form
  }

  #not(schema: Schema): Form {
    // A property that must not be there is the one opposite of objects that types can tell.
    if (isNode(schema) && onlyRequires(schema)) {
      const [name = ''] = schema.required ?? []
      const piece: Piece = { piece: 'object', properties: [without(name)], index: null }
      return { ...everyKind(NONE), object: objectForm(piece).object }
    }
    return opposite(new Forms(this.#modules, 'literal').of(schema))
  }

  #conditional(node: SchemaNode, condition: Schema): Form {
    const holds = this.of(condition)
    const fails = opposite(new Forms(this.#modules, 'literal').of(condition))
    return roughly(
      either([both(holds, this.of(node.then ?? true)), both(fails, this.of(node.else ?? true))]),
    )
  }

  #start(node: SchemaNode): Form {
    const allowed = node.types ?? this.#meantTypes(node)
    return everyKind((kind) => {
      const isAllowed =
        allowed === undefined ||
        allowed.some((type) => type === kind || (type === 'integer' && kind === 'number'))
      return isAllowed ? conditions(node, kind, allowed) : NONE
    })
  }

  #meantTypes(node: SchemaNode): readonly JsonType[] | undefined {
    if (this.#reading === 'literal' || node.values !== undefined) return undefined
    const types: JsonType[] = []
    if (node.properties ?? node.patternProperties ?? isNode(node.additionalProperties ?? true)) {
      types.push('object')
    }
    if (node.items !== undefined || node.tuple !== undefined) types.push('array')
    return types.length > 0 ? types : undefined
  }
}

function objectForm(piece: Piece): Form {
  return { ...everyKind(ANY), object: { is: 'pieces', all: [piece], exact: true } }
}

function without(name: string): { name: string; schemas: Schema[]; required: boolean } {
  return { name, schemas: [false], required: false }
}

function withAny(name: string): { name: string; schemas: Schema[]; required: boolean } {
  return { name, schemas: [true], required: true }
}

function onlyRequires(schema: SchemaNode): boolean {
  const keywords = Object.keys(schema).filter((keyword) => keyword !== 'documentation')
  return keywords.every((keyword) => keyword === 'required') && schema.required?.length === 1
}

function valuesForm({ values }: SchemaNode): Form {
  if (values === undefined) return everyKind(ANY)
  return everyKind((kind) => {
    const own = values.filter((value) => kindOf(value) === kind)
    return own.length > 0 ? { is: 'values', values: own, exact: true } : NONE
  })
}

export function kindOf(value: unknown): Kind {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  const type = typeof value
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'object'
}

const INEXACT: Readonly<Record<Kind, readonly (keyof SchemaNode)[]>> = {
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

/** What the keywords of one kind say about it. */
function conditions(node: SchemaNode, kind: Kind, types: readonly JsonType[] | undefined): Allowed {
  const isInteger = kind === 'number' && types !== undefined && !types.includes('number')
  const exact = !isInteger && INEXACT[kind].every((keyword) => node[keyword] === undefined)
  const piece = kind === 'object' ? objectPiece(node) : kind === 'array' ? arrayPiece(node) : null
  if (piece === null) return { is: 'any', exact }
  return { is: 'pieces', all: [piece], exact: false }
}

function objectPiece(node: SchemaNode): Piece | null {
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
    // What is required without being declared has one of the other properties' schemas.
    const only = unnamed.length === 1 ? unnamed[0] : true
    if (!declared.has(name)) declared.set(name, { name, schemas: [only ?? false], required: true })
  }
  const isOpen = additionalProperties === undefined && (declared.size > 0 || unnamed.length === 1)
  const isClosed = unnamed.length === 0 && declared.size > 0
  if (declared.size === 0 && (isOpen || unnamed.includes(true))) return null
  const index = isOpen || isClosed ? null : unnamed
  return { piece: 'object', properties: [...declared.values()], index }
}

function arrayPiece({ tuple = [], items, minItems = 0 }: SchemaNode): Piece | null {
  if (tuple.length === 0 && (items === undefined || items === true)) return null
  return { piece: 'array', tuple, items: items === false ? null : (items ?? true), minItems }
}

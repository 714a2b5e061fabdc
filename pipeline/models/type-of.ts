import { Code } from '../../filters/code'
import { pascalName } from '../../filters/naming'
import type { Forms } from './form-of'
import {
  KINDS,
  type Allowed,
  type ArrayPiece,
  type Form,
  type Kind,
  type ObjectPiece,
  type Piece,
} from './forms'
import {
  documentationOf,
  isNode,
  isReference,
  mergeDocumentation,
  type Documentation,
  type Schema,
  type SchemaNode,
} from './schema'
import type { Keyword, NamedType, ObjectShape, PropertyShape, TypeShape } from './shapes'

/** Where a type stands: types inside it are called after it. */
export interface Place {
  readonly words: string
  /** Whether an object here gets a name of its own. */
  readonly named: boolean
}

export interface TypeContext {
  readonly forms: Forms
  /** Claims a name for a type inside the module. */
  readonly claim: (wanted: string) => string
  /** What the plain type of another module is called. */
  readonly typeName: (module: string) => string
}

const UNKNOWN = keyword('unknown')
const NEVER = keyword('never')

/** Makes the types of one module. */
export class Types {
  readonly #context: TypeContext
  /** Types inside the module, in the order in which they are met. */
  readonly named: NamedType[] = []

  constructor(context: TypeContext) {
    this.#context = context
  }

  of(schema: Schema, place: Place): TypeShape {
    if (typeof schema === 'boolean') return schema ? UNKNOWN : NEVER
    if (isReference(schema)) return this.#reference(schema.reference)
    const only = onlyAlternatives(schema)
    if (only !== undefined) {
      return union(only.map((one, index) => this.of(one, option(place, one, index, only.length))))
    }
    return this.ofForm(this.#context.forms.of(schema), place, documentationOf(schema))
  }

  /** The type of a value that all of the schemas describe. */
  ofAll(schemas: readonly Schema[], place: Place): TypeShape {
    const [only] = schemas
    if (schemas.length === 1 && only !== undefined) return this.of(only, place)
    const documentation = mergeDocumentation(schemas.map(documentationOf))
    return this.ofForm(this.#context.forms.ofAll(schemas), place, documentation)
  }

  ofForm(form: Form, place: Place, documentation: Documentation): TypeShape {
    if (KINDS.every((kind) => form[kind].is === 'any')) return UNKNOWN
    return union(KINDS.map((kind) => this.#allowed(form[kind], kind, place, documentation)))
  }

  #reference(name: string): TypeShape {
    return {
      shape: 'reference',
      name: new Code(this.#context.typeName(name)),
      module: new Code(name),
    }
  }

  #allowed(allowed: Allowed, kind: Kind, place: Place, documentation: Documentation): TypeShape {
    switch (allowed.is) {
      case 'none':
        return NEVER
      case 'any':
        return anyOf(kind)
      case 'values':
        return kind === 'boolean' && allowed.values.length === 2
          ? keyword('boolean')
          : union(allowed.values.map((value) => ({ shape: 'value', value })))
      case 'pieces': {
        const [only] = allowed.all
        const alone = allowed.all.length === 1
        const inner = alone ? place : { ...place, named: false }
        return alone && only !== undefined
          ? this.#piece(only, kind, inner, documentation)
          : {
              shape: 'intersection',
              members: requiredAlike(allowed.all).map((piece) =>
                this.#piece(piece, kind, inner, documentation),
              ),
            }
      }
    }
  }

  #piece(piece: Piece, kind: Kind, place: Place, documentation: Documentation): TypeShape {
    switch (piece.piece) {
      case 'reference':
        return this.#reference(piece.name)
      case 'either':
        return union(
          piece.alternatives.map((one, index) =>
            this.#allowed(
              one,
              kind,
              { words: `${place.words} Option${index + 1}`, named: false },
              documentation,
            ),
          ),
        )
      case 'array':
        return this.#array(piece, place)
      case 'object':
        return this.#named(piece, place, documentation)
    }
  }

  #named(piece: ObjectPiece, place: Place, documentation: Documentation): TypeShape {
    if (!place.named || piece.properties.length === 0) return this.#object(piece, place)
    const name = new Code(this.#context.claim(pascalName(place.words)))
    // Before its members, so that types read from the outside in.
    const at = this.named.push({ name, documentation, type: UNKNOWN }) - 1
    this.named[at] = { name, documentation, type: this.#object(piece, place) }
    return { shape: 'reference', name, module: null }
  }

  #object({ properties, index }: ObjectPiece, place: Place): ObjectShape {
    const shapes = properties.map(({ name, schemas, required }): PropertyShape => {
      const type = this.ofAll(schemas, { words: `${place.words} ${name}`, named: true })
      return {
        name,
        type: required ? type : orInherited(type, name),
        optional: !required,
        documentation: mergeDocumentation(schemas.map(documentationOf)),
      }
    })
    return { shape: 'object', properties: shapes, index: this.#index(index, shapes, place) }
  }

  /** TypeScript wants the type of an index signature to hold those of the named properties too. */
  #index(
    index: readonly Schema[] | null,
    properties: readonly PropertyShape[],
    { words }: Place,
  ): TypeShape | null {
    if (index === null) return null
    const own = index.map((schema) => this.of(schema, { words: `${words} Value`, named: true }))
    const isOptional = properties.some(({ optional }) => optional)
    const others = properties.map(({ type }) => type)
    // TypeScript does not always see that an intersection is a member of a union that holds the same one.
    if (others.some(hasIntersection)) return UNKNOWN
    // A property that may be absent is `undefined` to an index signature.
    return union([...own, ...others, ...(isOptional ? [keyword('undefined')] : [])])
  }

  #array({ tuple, items, minItems }: ArrayPiece, { words }: Place): TypeShape {
    const rest = items === null ? null : this.of(items, { words: `${words} Item`, named: true })
    if (tuple.length === 0) return { shape: 'array', items: rest ?? NEVER }
    return {
      shape: 'tuple',
      items: tuple.map((item, index) => ({
        type: this.of(item, { words: `${words} Item${index + 1}`, named: true }),
        optional: index >= minItems,
      })),
      rest,
    }
  }
}

/**
 * Pieces of one object, where what one requires is required in all: with `exactOptionalPropertyTypes`, TypeScript does not
 * take an intersection for itself that has a property here as required, of type unknown, and there as optional.
 */
function requiredAlike(pieces: readonly Piece[]): readonly Piece[] {
  const names = new Set(
    pieces.flatMap((piece) =>
      piece.piece === 'object'
        ? piece.properties.filter(({ required }) => required).map(({ name }) => name)
        : [],
    ),
  )
  if (names.size === 0) return pieces
  return pieces.map((piece) =>
    piece.piece === 'object'
      ? {
          ...piece,
          properties: piece.properties.map((property) =>
            names.has(property.name) ? { ...property, required: true } : property,
          ),
        }
      : piece,
  )
}

function hasIntersection(type: TypeShape): boolean {
  switch (type.shape) {
    case 'intersection':
      return true
    case 'union':
      return type.members.some(hasIntersection)
    case 'array':
      return hasIntersection(type.items)
    case 'tuple':
      return [...type.items.map((item) => item.type), type.rest].some(
        (item) => item !== null && hasIntersection(item),
      )
    case 'object':
      return [...type.properties.map((property) => property.type), type.index].some(
        (member) => member !== null && hasIntersection(member),
      )
    default:
      return false
  }
}

function keyword(word: Keyword): TypeShape {
  return { shape: 'keyword', keyword: word }
}

/** Alternatives of a schema that has nothing else to say. */
function onlyAlternatives(schema: SchemaNode): readonly Schema[] | undefined {
  const keywords = Object.keys(schema).filter((word) => word !== 'documentation')
  return keywords.length === 1 ? (schema.anyOf ?? schema.oneOf ?? single(schema.allOf)) : undefined
}

function single(schemas: readonly Schema[] | undefined): readonly Schema[] | undefined {
  return schemas?.length === 1 ? schemas : undefined
}

/** An alternative is called by its title, if it has one; it stands in its place if it is the only one. */
function option(place: Place, schema: Schema, index: number, count: number): Place {
  if (count === 1) return place
  const title = isNode(schema) ? schema.documentation.title : undefined
  const word = title === undefined ? '' : pascalName(title)
  return word === ''
    ? { words: `${place.words} Option${index + 1}`, named: false }
    : { words: `${place.words} ${word}`, named: true }
}

function anyOf(kind: Kind): TypeShape {
  if (kind === 'object') return { shape: 'object', properties: [], index: UNKNOWN }
  return kind === 'array' ? { shape: 'array', items: UNKNOWN } : keyword(kind)
}

/** Members flattened, each once. */
export function union(members: readonly TypeShape[]): TypeShape {
  const flat = members.flatMap((member) => (member.shape === 'union' ? member.members : [member]))
  const kept = new Map(
    flat
      .filter((member) => !(member.shape === 'keyword' && member.keyword === 'never'))
      .map((member) => [JSON.stringify(member), member]),
  )
  const list = [...kept.values()]
  if (list.some((member) => member.shape === 'keyword' && member.keyword === 'unknown')) {
    return UNKNOWN
  }
  const [first] = list
  if (first === undefined) return NEVER
  return list.length === 1 ? first : { shape: 'union', members: list }
}

const INHERITED = [
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
  'toString',
  'valueOf',
]

/** Where an object has no property of such a name, reading it gives what every object inherits. */
function orInherited(type: TypeShape, name: string): TypeShape {
  if (!INHERITED.includes(name)) return type
  return union([type, { shape: 'inherited', name }])
}

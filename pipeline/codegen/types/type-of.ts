import { Code } from '../../../filters/code'
import { pascalName } from '../../../filters/naming'
import type { KindAnalyzer } from '../../schema/kind-analyzer'
import {
  KINDS,
  type KindConstraint,
  type ArrayConstraint,
  type KindMap,
  type Kind,
  type ObjectConstraint,
  type StructuralConstraint,
} from '../../schema/kind-map'
import {
  documentationOf,
  isNode,
  isReference,
  mergeDocumentation,
  type Documentation,
  type Schema,
  type SchemaNode,
} from '../../schema/schema'
import type { Keyword, NamedType, ObjectShape, PropertyShape, TypeShape } from '../shapes'

/** Position of a type; provides the name prefix of nested types. */
export interface NamingContext {
  readonly namePath: string
  /** Whether an object at this position gets a name. */
  readonly isNamed: boolean
}

export interface TypeContext {
  readonly kindAnalyzer: KindAnalyzer
  /** Allocates a name for a type of the module. */
  readonly allocateName: (wanted: string) => string
  /** Returns the name of another module's plain type. */
  readonly typeName: (module: string) => string
}

const UNKNOWN = keywordType('unknown')
const NEVER = keywordType('never')

/** Builds the types of one module. */
export class TypeBuilder {
  readonly #context: TypeContext
  /** Nested types of the module, in order of first occurrence. */
  readonly declaredTypes: NamedType[] = []

  constructor(context: TypeContext) {
    this.#context = context
  }

  of(schema: Schema, context: NamingContext): TypeShape {
    if (typeof schema === 'boolean') return schema ? UNKNOWN : NEVER
    if (isReference(schema)) return this.#referenceType(schema.reference)
    const only = soleAlternatives(schema)
    if (only !== undefined) {
      return unionType(
        only.map((one, index) => this.of(one, optionContext(context, one, index, only.length))),
      )
    }
    return this.ofKinds(this.#context.kindAnalyzer.of(schema), context, documentationOf(schema))
  }

  /** The type of a value that matches all schemas. */
  ofAll(schemas: readonly Schema[], context: NamingContext): TypeShape {
    const [only] = schemas
    if (schemas.length === 1 && only !== undefined) return this.of(only, context)
    const documentation = mergeDocumentation(schemas.map(documentationOf))
    return this.ofKinds(this.#context.kindAnalyzer.ofAll(schemas), context, documentation)
  }

  ofKinds(kindMap: KindMap, context: NamingContext, documentation: Documentation): TypeShape {
    if (KINDS.every((kind) => kindMap[kind].type === 'any')) return UNKNOWN
    return unionType(
      KINDS.map((kind) => this.#constraintType(kindMap[kind], kind, context, documentation)),
    )
  }

  #referenceType(name: string): TypeShape {
    return {
      shape: 'reference',
      name: new Code(this.#context.typeName(name)),
      module: new Code(name),
    }
  }

  #constraintType(
    constraint: KindConstraint,
    kind: Kind,
    context: NamingContext,
    documentation: Documentation,
  ): TypeShape {
    switch (constraint.type) {
      case 'none':
        return NEVER
      case 'any':
        return unconstrainedType(kind)
      case 'values':
        return kind === 'boolean' && constraint.values.length === 2
          ? keywordType('boolean')
          : unionType(constraint.values.map((value) => ({ shape: 'value', value })))
      case 'structural': {
        const [only] = constraint.parts
        const alone = constraint.parts.length === 1
        const inner = alone ? context : { ...context, isNamed: false }
        return alone && only !== undefined
          ? this.#structuralType(only, kind, inner, documentation)
          : {
              shape: 'intersection',
              members: alignRequired(constraint.parts).map((constraint) =>
                this.#structuralType(constraint, kind, inner, documentation),
              ),
            }
      }
    }
  }

  #structuralType(
    constraint: StructuralConstraint,
    kind: Kind,
    context: NamingContext,
    documentation: Documentation,
  ): TypeShape {
    switch (constraint.type) {
      case 'reference':
        return this.#referenceType(constraint.name)
      case 'anyOf':
        return unionType(
          constraint.alternatives.map((one, index) =>
            this.#constraintType(
              one,
              kind,
              { namePath: `${context.namePath} Option${index + 1}`, isNamed: false },
              documentation,
            ),
          ),
        )
      case 'array':
        return this.#arrayShape(constraint, context)
      case 'object':
        return this.#objectType(constraint, context, documentation)
    }
  }

  #objectType(
    constraint: ObjectConstraint,
    context: NamingContext,
    documentation: Documentation,
  ): TypeShape {
    if (!context.isNamed || constraint.properties.length === 0)
      return this.#objectShape(constraint, context)
    const name = new Code(this.#context.allocateName(pascalName(context.namePath)))
    // Registered before its members, so that outer types precede nested types.
    const at = this.declaredTypes.push({ name, documentation, type: UNKNOWN }) - 1
    this.declaredTypes[at] = { name, documentation, type: this.#objectShape(constraint, context) }
    return { shape: 'reference', name, module: null }
  }

  #objectShape({ properties, index }: ObjectConstraint, context: NamingContext): ObjectShape {
    const shapes = properties.map(({ name, schemas, required }): PropertyShape => {
      const type = this.ofAll(schemas, { namePath: `${context.namePath} ${name}`, isNamed: true })
      return {
        name,
        type: required ? type : withInheritedMember(type, name),
        isOptional: !required,
        documentation: mergeDocumentation(schemas.map(documentationOf)),
      }
    })
    return { shape: 'object', properties: shapes, index: this.#indexType(index, shapes, context) }
  }

  /** TypeScript requires that the type of an index signature includes the types of all named properties. */
  #indexType(
    index: readonly Schema[] | null,
    properties: readonly PropertyShape[],
    { namePath }: NamingContext,
  ): TypeShape | null {
    if (index === null) return null
    const own = index.map((schema) =>
      this.of(schema, { namePath: `${namePath} Value`, isNamed: true }),
    )
    const isOptional = properties.some(({ isOptional }) => isOptional)
    const others = properties.map(({ type }) => type)
    // TypeScript does not always recognize that an intersection is a member of a union that contains the same intersection.
    if (others.some(hasIntersection)) return UNKNOWN
    // For an index signature, an optional property has the type `undefined` too.
    return unionType([...own, ...others, ...(isOptional ? [keywordType('undefined')] : [])])
  }

  #arrayShape({ tuple, items, minItems }: ArrayConstraint, { namePath }: NamingContext): TypeShape {
    const rest =
      items === null ? null : this.of(items, { namePath: `${namePath} Item`, isNamed: true })
    if (tuple.length === 0) return { shape: 'array', items: rest ?? NEVER }
    return {
      shape: 'tuple',
      items: tuple.map((item, index) => ({
        type: this.of(item, { namePath: `${namePath} Item${index + 1}`, isNamed: true }),
        isOptional: index >= minItems,
      })),
      rest,
    }
  }
}

/**
 * Makes properties that one part of an object requires required in all parts. With `exactOptionalPropertyTypes`,
 * TypeScript rejects the assignment of an intersection to itself if one part has a required property of type `unknown`
 * and another part has the same property as optional.
 */
function alignRequired(
  constraints: readonly StructuralConstraint[],
): readonly StructuralConstraint[] {
  const names = new Set(
    constraints.flatMap((constraint) =>
      constraint.type === 'object'
        ? constraint.properties.filter(({ required }) => required).map(({ name }) => name)
        : [],
    ),
  )
  if (names.size === 0) return constraints
  return constraints.map((constraint) =>
    constraint.type === 'object'
      ? {
          ...constraint,
          properties: constraint.properties.map((property) =>
            names.has(property.name) ? { ...property, required: true } : property,
          ),
        }
      : constraint,
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

function keywordType(word: Keyword): TypeShape {
  return { shape: 'keyword', keyword: word }
}

/** Alternatives of a schema without any other keyword. */
function soleAlternatives(schema: SchemaNode): readonly Schema[] | undefined {
  const keywords = Object.keys(schema).filter((word) => word !== 'documentation')
  return keywords.length === 1 ? (schema.anyOf ?? schema.oneOf ?? single(schema.allOf)) : undefined
}

function single(schemas: readonly Schema[] | undefined): readonly Schema[] | undefined {
  return schemas?.length === 1 ? schemas : undefined
}

/** Context of an alternative: named after its title, if any; a single alternative keeps the outer context. */
function optionContext(
  context: NamingContext,
  schema: Schema,
  index: number,
  count: number,
): NamingContext {
  if (count === 1) return context
  const title = isNode(schema) ? schema.documentation.title : undefined
  const word = title === undefined ? '' : pascalName(title)
  return word === ''
    ? { namePath: `${context.namePath} Option${index + 1}`, isNamed: false }
    : { namePath: `${context.namePath} ${word}`, isNamed: true }
}

function unconstrainedType(kind: Kind): TypeShape {
  if (kind === 'object') return { shape: 'object', properties: [], index: UNKNOWN }
  return kind === 'array' ? { shape: 'array', items: UNKNOWN } : keywordType(kind)
}

/** A union without nested unions and duplicates. */
export function unionType(members: readonly TypeShape[]): TypeShape {
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

/** If an object lacks a property of that name, an access returns the inherited member of all objects. */
export function withInheritedMember(type: TypeShape, name: string): TypeShape {
  if (!INHERITED.includes(name)) return type
  return unionType([type, { shape: 'inherited', name }])
}

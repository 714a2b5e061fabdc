import type { NamedType, TypeShape } from '../codegen/shapes'
import { UNDOCUMENTED, type Schema } from '../schema/schema'
import { isObject } from '../../runtime/validation'

/** Returns the type with the given name. */
export type ResolveType = (name: string) => TypeShape | undefined

/**
 * Removes properties that the type does not declare, at any depth: JSON Schema allows them, but TypeScript rejects them
 * in an object literal.
 */
export function pruneToType(value: unknown, type: TypeShape, resolveType: ResolveType): unknown {
  if (Array.isArray(value)) {
    const items = itemTypesOf(type, resolveType, 0)
    return items.length === 0
      ? value
      : value.map((item, index) =>
          pruneToType(item, unionType(items.map((at) => at(index))), resolveType),
        )
  }
  if (!isObject(value)) return value
  const objects = objectTypesOf(type, resolveType, 0)
  if (objects.length === 0) return value
  const others = objects.flatMap(({ index }) => index ?? [])
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const types = objects.flatMap(({ properties }) =>
        properties.filter((property) => property.name === name).map((property) => property.type),
      )
      const known = types.length === 0 ? others : types
      return known.length === 0 ? [] : [[name, pruneToType(member, unionType(known), resolveType)]]
    }),
  )
}

type ObjectType = Extract<TypeShape, { shape: 'object' }>

function objectTypesOf(type: TypeShape, resolveType: ResolveType, depth: number): ObjectType[] {
  if (type.shape === 'object') return [type]
  return expandType(type, resolveType, depth).flatMap((inner) =>
    objectTypesOf(inner, resolveType, depth + 1),
  )
}

function itemTypesOf(
  type: TypeShape,
  resolveType: ResolveType,
  depth: number,
): ((at: number) => TypeShape)[] {
  if (type.shape === 'array') return [() => type.items]
  if (type.shape === 'tuple') {
    return [(at) => type.items[at]?.type ?? type.rest ?? { shape: 'keyword', keyword: 'unknown' }]
  }
  return expandType(type, resolveType, depth).flatMap((inner) =>
    itemTypesOf(inner, resolveType, depth + 1),
  )
}

function expandType(
  type: TypeShape,
  resolveType: ResolveType,
  depth: number,
): readonly TypeShape[] {
  if (depth > 32) return []
  if (type.shape === 'union' || type.shape === 'intersection') return type.members
  if (type.shape !== 'reference') return []
  const target = resolveType(type.name.text)
  return target === undefined ? [] : [target]
}

function unionType(members: readonly TypeShape[]): TypeShape {
  return { shape: 'union', members }
}

/** The schema equivalent to a type, for payloads without a schema (`validation=none`). */
export function schemaOfType(type: TypeShape): Schema {
  const documentation = UNDOCUMENTED
  switch (type.shape) {
    case 'keyword':
      if (type.keyword === 'unknown') return true
      if (type.keyword === 'never' || type.keyword === 'undefined') return false
      return { documentation, types: [type.keyword] }
    case 'value':
      return { documentation, values: [type.value] }
    case 'inherited':
      return false
    case 'reference':
      return { reference: type.name.text }
    case 'array':
      return { documentation, types: ['array'], items: schemaOfType(type.items) }
    case 'tuple':
      return {
        documentation,
        types: ['array'],
        tuple: type.items.map((item) => schemaOfType(item.type)),
        items: type.rest === null ? false : schemaOfType(type.rest),
        minItems: type.items.filter((item) => !item.isOptional).length,
      }
    case 'object':
      return {
        documentation,
        types: ['object'],
        properties: type.properties.map((property) => ({
          name: property.name,
          schema: {
            documentation: property.documentation,
            allOf: [schemaOfType(property.type)],
          },
        })),
        required: type.properties.filter(({ isOptional }) => !isOptional).map(({ name }) => name),
        additionalProperties: type.index === null ? true : schemaOfType(type.index),
      }
    case 'union':
      return { documentation, anyOf: type.members.map(schemaOfType) }
    case 'intersection':
      return { documentation, allOf: type.members.map(schemaOfType) }
  }
}

/** The types of modules by name, including nested types. */
export function typesByName(
  modules: readonly {
    readonly name: NamedType['name']
    readonly plainTypeName: NamedType['name']
    readonly type: TypeShape
    readonly types: readonly NamedType[]
  }[],
): ReadonlyMap<string, TypeShape> {
  return new Map(
    modules.flatMap((module) => [
      ...module.types.map((inner): [string, TypeShape] => [inner.name.text, inner.type]),
      [module.name.text, module.type] as const,
      [module.plainTypeName.text, module.type] as const,
    ]),
  )
}

import type { NamedType, TypeShape } from '../models/shapes'
import { UNDOCUMENTED, type Schema } from '../models/schema'
import { isObject } from './holds'

/** What stands behind the name of a type. */
export type FindType = (name: string) => TypeShape | undefined

/**
 * Leaves out the properties that the type does not declare, at any depth: an object literal may not have them in TypeScript, although
 * JSON Schema takes them.
 */
export function fit(value: unknown, type: TypeShape, find: FindType): unknown {
  if (Array.isArray(value)) {
    const items = arraysOf(type, find, 0)
    return items.length === 0
      ? value
      : value.map((item, index) => fit(item, union(items.map((at) => at(index))), find))
  }
  if (!isObject(value)) return value
  const objects = objectsOf(type, find, 0)
  if (objects.length === 0) return value
  const others = objects.flatMap(({ index }) => index ?? [])
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const types = objects.flatMap(({ properties }) =>
        properties.filter((property) => property.name === name).map((property) => property.type),
      )
      const known = types.length === 0 ? others : types
      return known.length === 0 ? [] : [[name, fit(member, union(known), find)]]
    }),
  )
}

type ObjectType = Extract<TypeShape, { shape: 'object' }>

function objectsOf(type: TypeShape, find: FindType, depth: number): ObjectType[] {
  if (type.shape === 'object') return [type]
  return insideOf(type, find, depth).flatMap((inner) => objectsOf(inner, find, depth + 1))
}

function arraysOf(type: TypeShape, find: FindType, depth: number): ((at: number) => TypeShape)[] {
  if (type.shape === 'array') return [() => type.items]
  if (type.shape === 'tuple') {
    return [(at) => type.items[at]?.type ?? type.rest ?? { shape: 'keyword', keyword: 'unknown' }]
  }
  return insideOf(type, find, depth).flatMap((inner) => arraysOf(inner, find, depth + 1))
}

function insideOf(type: TypeShape, find: FindType, depth: number): readonly TypeShape[] {
  if (depth > 32) return []
  if (type.shape === 'union' || type.shape === 'intersection') return type.members
  if (type.shape !== 'reference') return []
  const target = find(type.name.text)
  return target === undefined ? [] : [target]
}

function union(members: readonly TypeShape[]): TypeShape {
  return { shape: 'union', members }
}

/** The schema that a type amounts to, for payloads without one (`validation=none`). */
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
        minItems: type.items.filter((item) => !item.optional).length,
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
        required: type.properties.filter(({ optional }) => !optional).map(({ name }) => name),
        additionalProperties: type.index === null ? true : schemaOfType(type.index),
      }
    case 'union':
      return { documentation, anyOf: type.members.map(schemaOfType) }
    case 'intersection':
      return { documentation, allOf: type.members.map(schemaOfType) }
  }
}

/** The types of modules by name, those declared inside included. */
export function typesByName(
  modules: readonly {
    readonly name: NamedType['name']
    readonly plain: NamedType['name']
    readonly type: TypeShape
    readonly types: readonly NamedType[]
  }[],
): ReadonlyMap<string, TypeShape> {
  return new Map(
    modules.flatMap((module) => [
      ...module.types.map((inner): [string, TypeShape] => [inner.name.text, inner.type]),
      [module.name.text, module.type] as const,
      [module.plain.text, module.type] as const,
    ]),
  )
}

import type { Documentation } from '../pipeline/models/schema'
import type { NamedType, ObjectShape, PropertyShape, TypeShape } from '../pipeline/models/shapes'
import { Code } from './code'
import { documentation } from './documentation'
import { json, key, literal } from './literals'

/** `{{type x}}`: a type as it stands in an annotation. */
export function type(shape: TypeShape): Code {
  return new Code(print(shape))
}

/** `{{declaration x}}`: a named type with its comment, as an interface where the language allows it. */
export function declaration({ name, type: shape, documentation: about }: NamedType): Code {
  return new Code(declare(name.text, shape, about))
}

/**
 * `{{fields x}}`: the fields of a class. They are declared, not initialised: what is absent stays absent. Of their comments
 * only `@deprecated` is said again: editors show those of the interface, but do not strike out what is deprecated there.
 */
export function fields(properties: readonly PropertyShape[]): Code {
  const lines = properties.map((property) => {
    const mark = property.documentation.deprecated ? '/** @deprecated */\n' : ''
    return `${mark}declare ${member(property)}`
  })
  return new Code(lines.join('\n'))
}

export function declare(name: string, shape: TypeShape, about: Documentation): string {
  const comment = documentation(about).text
  const isInterface = shape.shape === 'object' && shape.properties.length > 0 && !isWeak(shape)
  return isInterface
    ? `${comment}export interface ${name} ${body(shape)}\n`
    : `${comment}export type ${name} = ${print(shape)}\n`
}

function print(shape: TypeShape): string {
  switch (shape.shape) {
    case 'keyword':
      return shape.keyword
    case 'value':
      return value(shape.value)
    case 'inherited':
      return `Object[${literal(shape.name).text}]`
    case 'reference':
      return shape.name.text
    case 'array': {
      // Printed once: twice a level would be 2^levels.
      const items = print(shape.items)
      return `${items.includes(' ') ? `(${items})` : items}[]`
    }
    case 'tuple': {
      const items = shape.items.map(({ type: item, optional }) =>
        optional ? `(${print(item)})?` : print(item),
      )
      return `[${[...items, ...(shape.rest === null ? [] : [`...(${print(shape.rest)})[]`])].join(', ')}]`
    }
    case 'object':
      // TypeScript refuses objects that have none of a type's properties if all of these may be absent; documents do not.
      return isWeak(shape) ? `(${body(shape)} & object)` : body(shape)
    case 'union':
      return `(${shape.members.map(print).join(' | ')})`
    case 'intersection':
      return intersection(shape.members)
  }
}

function intersection(members: readonly TypeShape[]): string {
  const parts = members.map((one) => (one.shape === 'object' ? body(one) : print(one)))
  const weak = members.every((one) => one.shape === 'object' && isWeak(one))
  return `(${[...parts, ...(weak ? ['object'] : [])].join(' & ')})`
}

function isWeak({ properties, index }: ObjectShape): boolean {
  return index === null && properties.length > 0 && properties.every(({ optional }) => optional)
}

/** The members of an object type, in braces. */
export function body({ properties, index }: ObjectShape): string {
  const lines = properties.map(
    (property) => `${documentation(property.documentation).text}${member(property)}`,
  )
  if (index !== null) lines.push(`[key: string]: ${print(index)}`)
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n}`
}

function member({ name, type: shape, optional }: PropertyShape): string {
  // In a type, unlike in an object literal, `__proto__` is a name like any other.
  const written = name === '__proto__' ? '__proto__' : key(name).text
  return `${written}${optional ? '?' : ''}: ${print(shape)}`
}

/** The type of one JSON value. Other members than those of the value are told apart as far as an index signature can. */
function value(one: unknown): string {
  if (Array.isArray(one)) return `[${one.map(value).join(', ')}]`
  if (typeof one !== 'object' || one === null) return json(one).text
  const members = Object.entries(one).map(([name, inner]) => ({ name, text: value(inner) }))
  if (members.length === 0) return '{ [key: string]: never }'
  const lines = members.map(
    ({ name, text }) => `${name === '__proto__' ? name : key(name).text}: ${text}`,
  )
  const index = [...new Set(members.map(({ text }) => text))].join(' | ')
  return `{ ${lines.join('; ')}; [key: string]: ${index} }`
}

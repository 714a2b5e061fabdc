import type { Documentation } from '../../schema/schema'
import type { NamedType, ObjectShape, PropertyShape, TypeShape } from '../shapes'
import { Code } from '../../../filters/code'
import { documentation } from '../jsdoc'
import { json, propertyName, literal } from '../../../filters/literals'

/** `{{type x}}`: a type, as text of an annotation. */
export function type(shape: TypeShape): Code {
  return new Code(printType(shape))
}

/** `{{declaration x}}`: a named type with its comment, as an interface if TypeScript allows it. */
export function declaration({ name, type: shape, documentation: about }: NamedType): Code {
  return new Code(printDeclaration(name.text, shape, about))
}

export function printDeclaration(name: string, shape: TypeShape, about: Documentation): string {
  const comment = documentation(about).text
  const isInterface = shape.shape === 'object' && shape.properties.length > 0 && !isWeak(shape)
  return isInterface
    ? `${comment}export interface ${name} ${printMembers(shape)}\n`
    : `${comment}export type ${name} = ${printType(shape)}\n`
}

function printType(shape: TypeShape): string {
  switch (shape.shape) {
    case 'keyword':
      return shape.keyword
    case 'value':
      return printValueType(shape.value)
    case 'inherited':
      return `Object[${literal(shape.name).text}]`
    case 'reference':
      return shape.name.text
    case 'array': {
      // Printed once: two calls for each level would take 2^levels.
      const items = printType(shape.items)
      return `${items.includes(' ') ? `(${items})` : items}[]`
    }
    case 'tuple': {
      const items = shape.items.map(({ type: item, isOptional }) =>
        isOptional ? `(${printType(item)})?` : printType(item),
      )
      return `[${[...items, ...(shape.rest === null ? [] : [`...(${printType(shape.rest)})[]`])].join(', ')}]`
    }
    case 'object':
      // TypeScript rejects objects without any property of a type whose properties are all optional; documents allow them.
      return isWeak(shape) ? `(${printMembers(shape)} & object)` : printMembers(shape)
    case 'union':
      return `(${shape.members.map(printType).join(' | ')})`
    case 'intersection':
      return printIntersection(shape.members)
  }
}

function printIntersection(members: readonly TypeShape[]): string {
  const parts = members.map((one) => (one.shape === 'object' ? printMembers(one) : printType(one)))
  const weak = members.every((one) => one.shape === 'object' && isWeak(one))
  return `(${[...parts, ...(weak ? ['object'] : [])].join(' & ')})`
}

function isWeak({ properties, index }: ObjectShape): boolean {
  return index === null && properties.length > 0 && properties.every(({ isOptional }) => isOptional)
}

/** The members of an object type, in braces. */
export function printMembers({ properties, index }: ObjectShape): string {
  const lines = properties.map(
    (property) => `${documentation(property.documentation).text}${printMember(property)}`,
  )
  if (index !== null) lines.push(`[key: string]: ${printType(index)}`)
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n}`
}

function printMember({ name, type: shape, isOptional }: PropertyShape): string {
  // In a type, unlike in an object literal, `__proto__` is an ordinary name.
  const written = name === '__proto__' ? '__proto__' : propertyName(name).text
  return `${written}${isOptional ? '?' : ''}: ${printType(shape)}`
}

/** The type of one JSON value. Excludes additional members as far as an index signature can express it. */
function printValueType(one: unknown): string {
  if (Array.isArray(one)) return `[${one.map(printValueType).join(', ')}]`
  if (typeof one !== 'object' || one === null) return json(one).text
  const members = Object.entries(one).map(([name, inner]) => ({
    name,
    text: printValueType(inner),
  }))
  if (members.length === 0) return '{ [key: string]: never }'
  const lines = members.map(
    ({ name, text }) => `${name === '__proto__' ? name : propertyName(name).text}: ${text}`,
  )
  const index = [...new Set(members.map(({ text }) => text))].join(' | ')
  return `{ ${lines.join('; ')}; [key: string]: ${index} }`
}

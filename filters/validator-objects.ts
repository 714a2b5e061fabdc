import { isNode, type Property, type SchemaNode } from '../pipeline/models/schema'
import { literal } from './literals'
import { branch, findingCode, guard, lines, otherwise, stop, when } from './validator-code'
import { sizeFindings } from './validator-kinds'
import type { Spot, Statements } from './validator-spot'
import type { Unit } from './validator-unit'

/** Statements for a value that is known to be an object. */
export function objectCode(node: SchemaNode, spot: Spot, statements: Statements): string {
  const { properties = [], required = [] } = node
  const declared = new Set(properties.map(({ name }) => name))
  const undeclared = required.filter((name) => !declared.has(name))
  return lines(
    sizeCode(node, spot),
    ...undeclared.map((name) => missingCode(name, spot)),
    ...properties.map((property) =>
      propertyCode(property, required.includes(property.name), spot, statements),
    ),
    othersCode(node, spot, statements),
  )
}

function sizeCode({ minProperties, maxProperties }: SchemaNode, spot: Spot): string {
  const { value, pointer, unit } = spot
  const words = ['property', 'properties'] as const
  const findings = sizeFindings(`keys(${value}).length`, words, minProperties, maxProperties)
  if (findings.length > 0) unit.helper('keys')
  return lines(...findings.map((finding) => findingCode(finding, pointer.code(), value)))
}

/** Names that instances or all objects inherit: only the object's own property counts. */
const INHERITED = new Set(
  (
    'constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf marshal ' +
    '__defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ __proto__'
  ).split(' '),
)

function access(name: string, value: string, unit: Unit): string {
  const text = literal(name).text
  return INHERITED.has(name) ? `${unit.helper('own')}(${value}, ${text})` : `${value}[${text}]`
}

function missingCode(name: string, { value, pointer, unit }: Spot): string {
  const absent = stop(pointer.property(name).code(), 'a value', 'undefined')
  return guard(`${access(name, value, unit)} === undefined`, absent)
}

function propertyCode(
  { name, schema }: Property,
  required: boolean,
  spot: Spot,
  statements: Statements,
): string {
  const member = spot.scope.name(name)
  const inner = {
    ...spot,
    value: member,
    pointer: spot.pointer.property(name),
    depth: spot.depth + 1,
  }
  const code = statements(schema, inner, !required)
  if (code === '') return required ? missingCode(name, spot) : ''
  const read = `const ${member} = ${access(name, spot.value, spot.unit)}`
  // What has a type is refused with the right words where it is absent.
  const refusesAbsent = isNode(schema) && (schema.types ?? schema.values) !== undefined
  if (!required || refusesAbsent) return `${read}\n${code}`
  const absent = stop(inner.pointer.code(), 'a value', 'undefined')
  return `${read}\n${branch(`${member} === undefined`, guard(absent))} else ${otherwise(code)}`
}

/** From here on a set is faster to read and to run. */
const MANY_NAMES = 6

/** The properties that are known by a pattern, or not at all; and the names of all. */
function othersCode(node: SchemaNode, spot: Spot, statements: Statements): string {
  const { properties = [], patternProperties = [], additionalProperties = true } = node
  const { value, unit, scope } = spot
  const key = scope.fresh('key')
  const member = scope.fresh('member')
  const inner = {
    ...spot,
    value: member,
    pointer: spot.pointer.segment(`segment(${key})`),
    depth: spot.depth + 1,
  }
  const patterns = patternProperties.map(({ pattern, schema }) => ({
    test: () => `${unit.pattern(pattern)}.test(${key})`,
    code: statements(schema, inner),
  }))
  const code = patterns.flatMap(({ test, code: body }) => (body === '' ? [] : [when(test(), body)]))
  const rest = statements(additionalProperties, inner)
  if (rest !== '') {
    const names = properties.map(({ name }) => name)
    const known =
      names.length > MANY_NAMES
        ? [`!${unit.values(names)}.has(${key})`]
        : names.map((name) => `${key} !== ${literal(name).text}`)
    const tests = [...known, ...patterns.map(({ test }) => `!${test()}`)]
    code.push(tests.length === 0 ? rest : when(tests.join(' && '), rest))
  }
  const name = scope.fresh('names')
  const naming = statements(node.propertyNames ?? true, { ...spot, value: name })
  if (naming !== '') code.unshift(`const ${name}: unknown = ${key}\n${naming}`)
  if (code.length === 0) return ''
  const body = code.join('\n')
  if (body.includes(`segment(${key})`)) unit.helper('segment')
  const declaration = new RegExp(`\\b${member}\\b`).test(body)
    ? `const ${member} = ${value}[${key}]\n`
    : ''
  return `for (const ${key} of ${unit.helper('keys')}(${value})) {\n${declaration}${body}\n}`
}

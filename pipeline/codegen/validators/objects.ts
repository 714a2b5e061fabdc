import { isNode, type Property, type SchemaNode } from '../../schema/schema'
import { literal } from '../../../filters/literals'
import { addErrorCall, checkStatements, helper } from './checks'
import type { EmitContext, EmitStatements } from './context'
import { sizeChecks } from './kinds'
import {
  failIf,
  forEach,
  ifElse,
  ifThen,
  join,
  js,
  line,
  type Block,
  type Expression,
} from './syntax'

/** Statements for a value that is already known to be an object. */
export function objectCode(
  node: SchemaNode,
  context: EmitContext,
  statements: EmitStatements,
): Block {
  const { properties = [], required = [] } = node
  const declared = new Set(properties.map(({ name }) => name))
  const undeclared = required.filter((name) => !declared.has(name))
  return [
    ...sizeCode(node, context),
    ...undeclared.flatMap((name) => missingCode(name, context)),
    ...properties.flatMap((property) =>
      propertyCode(property, required.includes(property.name), context, statements),
    ),
    ...othersCode(node, context, statements),
  ]
}

function sizeCode({ minProperties, maxProperties }: SchemaNode, context: EmitContext): Block {
  const { value, pointer } = context
  const size = js`${helper('definedKeys')}(${value}).length`
  const checks = sizeChecks(size, ['property', 'properties'], minProperties, maxProperties)
  return checkStatements(checks, pointer.code(), value)
}

/** Names of inherited members of instances or of all objects: only own properties count. */
export const INHERITED = new Set(
  (
    'constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf marshal ' +
    '__defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ __proto__'
  ).split(' '),
)

function access(name: string, value: string): Expression {
  const text = literal(name).text
  return INHERITED.has(name)
    ? js`${helper('ownProperty')}(${value}, ${text})`
    : js`${value}[${text}]`
}

function missingCode(name: string, { value, pointer }: EmitContext): Block {
  const absent = addErrorCall(pointer.property(name).code(), 'a value', 'undefined')
  return failIf(js`${access(name, value)} === undefined`, absent)
}

function propertyCode(
  { name, schema }: Property,
  required: boolean,
  context: EmitContext,
  statements: EmitStatements,
): Block {
  const member = context.scope.localName(name)
  const inner = {
    ...context,
    value: member,
    pointer: context.pointer.property(name),
    depth: context.depth + 1,
  }
  const code = statements(schema, inner, !required)
  if (code.length === 0) return required ? missingCode(name, context) : []
  const declaration = line(js`const ${member} = ${access(name, context.value)}`)
  // The type check reports an absent property with the expected type.
  const refusesAbsent = isNode(schema) && (schema.types ?? schema.values) !== undefined
  if (!required || refusesAbsent) return [declaration, ...code]
  const absent = failIf(addErrorCall(inner.pointer.code(), 'a value', 'undefined'))
  return [declaration, ...ifElse([{ test: js`${member} === undefined`, body: absent }], code)]
}

/** Minimum number of names for a set, which is faster to load and to run from here on. */
const MANY_NAMES = 6

/** Checks of properties that match a pattern or are not declared, and of all property names. */
function othersCode(node: SchemaNode, context: EmitContext, statements: EmitStatements): Block {
  const { properties = [], patternProperties = [], additionalProperties = true } = node
  const { value, emitter, scope } = context
  const key = scope.uniqueName('key')
  const member = scope.uniqueName('member')
  const inner = {
    ...context,
    value: member,
    pointer: context.pointer.segment(js`${helper('pointerSegment')}(${key})`),
    depth: context.depth + 1,
  }
  const patterns = patternProperties.map(({ pattern, schema }) => ({
    test: () => js`${emitter.usePattern(pattern)}.test(${key})`,
    body: statements(schema, inner),
  }))
  const code = patterns.flatMap(({ test, body }) => (body.length === 0 ? [] : ifThen(test(), body)))
  const rest = statements(additionalProperties, inner)
  if (rest.length > 0) {
    const names = properties.map(({ name }) => name)
    const undeclared =
      names.length > MANY_NAMES
        ? [js`!${emitter.useValueSet(names)}.has(${key})`]
        : names.map((name) => js`${key} !== ${literal(name).text}`)
    const tests = [...undeclared, ...patterns.map(({ test }) => test().not())]
    code.push(...(tests.length === 0 ? rest : ifThen(join(tests, ' && '), rest)))
  }
  const name = scope.uniqueName('names')
  const naming = statements(node.propertyNames ?? true, { ...context, value: name })
  if (code.length + naming.length === 0) return []
  return forEach(js`const ${key} of ${helper('definedKeys')}(${value})`, [
    // Checks of a member need its value; checks of names do not.
    ...(code.length > 0 ? [line(js`const ${member} = ${value}[${key}]`)] : []),
    ...(naming.length > 0 ? [line(js`const ${name}: unknown = ${key}`), ...naming] : []),
    ...code,
  ])
}

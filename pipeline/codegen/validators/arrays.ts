import type { Schema, SchemaNode } from '../../schema/schema'
import { addErrorCall, checkStatements, helper, type Check } from './checks'
import type { EmitContext, EmitStatements } from './context'
import { sizeChecks } from './kinds'
import type { ModuleEmitter } from './module-emitter'
import {
  FALSE,
  TRUE,
  failIf,
  forEach,
  ifThen,
  js,
  line,
  type Block,
  type Expression,
} from './syntax'

/** Statements for a value that is already known to be an array. */
export function arrayCode(
  node: SchemaNode,
  context: EmitContext,
  statements: EmitStatements,
  matches: (schema: Schema, value: string, emitter: ModuleEmitter) => Expression,
): Block {
  const { value, pointer, emitter, scope } = context
  const { tuple = [], items } = node
  const checks: Check[] = sizeChecks(
    js`${value}.length`,
    ['item', 'items'],
    node.minItems,
    node.maxItems,
  )
  if (node.uniqueItems === true) {
    const failsWhen = js`!${helper('hasUniqueItems')}(${value})`
    checks.push({ failsWhen, expected: 'items that all differ' })
  }
  if (node.contains !== undefined) {
    const test = matches(node.contains, 'item', emitter)
    const parameter = test === TRUE || test === FALSE ? '' : 'item'
    const failsWhen = js`!${value}.some((${parameter}) => ${test})`
    checks.push({ failsWhen, expected: 'an item that matches contains' })
  }
  const code = [...checkStatements(checks, pointer.code(), value)]
  tuple.forEach((schema, at) => {
    const item = scope.uniqueName('item')
    const inner = statements(schema, {
      ...context,
      value: item,
      pointer: pointer.property(String(at)),
      depth: context.depth + 1,
    })
    if (inner.length === 0) return
    const declaration = line(js`const ${item}: unknown = ${value}[${at}]`)
    code.push(...ifThen(js`${value}.length > ${at}`, [declaration, ...inner]))
  })
  if (items === false) {
    const expected = `at most ${tuple.length} items`
    const error = addErrorCall(pointer.code(), expected, value)
    code.push(...failIf(js`${value}.length > ${tuple.length}`, error))
  } else if (items !== undefined) {
    const index = scope.uniqueName('index')
    const item = scope.uniqueName('item')
    const inner = statements(items, {
      ...context,
      value: item,
      pointer: pointer.index(index),
      depth: context.depth + 1,
    })
    if (inner.length > 0) {
      const head = js`let ${index} = ${tuple.length}; ${index} < ${value}.length; ${index} += 1`
      const declaration = line(js`const ${item}: unknown = ${value}[${index}]`)
      code.push(...forEach(head, [declaration, ...inner]))
    }
  }
  return code
}

import type { Schema, SchemaNode } from '../pipeline/models/schema'
import { findingCode, guard, lines, stop, when } from './validator-code'
import { sizeFindings } from './validator-kinds'
import type { Spot, Statements } from './validator-spot'
import type { Unit } from './validator-unit'

/** Statements for a value that is known to be an array. */
export function arrayCode(
  node: SchemaNode,
  spot: Spot,
  statements: Statements,
  matches: (schema: Schema, value: string, unit: Unit) => string,
): string {
  const { value, pointer, unit, scope } = spot
  const { tuple = [], items } = node
  const code = sizeFindings(`${value}.length`, ['item', 'items'], node.minItems, node.maxItems).map(
    (finding) => findingCode(finding, pointer.code(), value),
  )
  if (node.uniqueItems === true) {
    const wrong = `!${unit.helper('unique')}(${value})`
    code.push(findingCode({ wrong, expected: 'items that all differ' }, pointer.code(), value))
  }
  if (node.contains !== undefined) {
    const test = matches(node.contains, 'item', unit)
    const parameter = test === 'true' || test === 'false' ? '' : 'item'
    const wrong = `!${value}.some((${parameter}) => ${test})`
    code.push(
      findingCode({ wrong, expected: 'an item that the schema asks for' }, pointer.code(), value),
    )
  }
  tuple.forEach((schema, at) => {
    const item = scope.fresh('item')
    const inner = statements(schema, {
      ...spot,
      value: item,
      pointer: pointer.property(String(at)),
      depth: spot.depth + 1,
    })
    if (inner !== '') {
      code.push(
        when(`${value}.length > ${at}`, `const ${item}: unknown = ${value}[${at}]\n${inner}`),
      )
    }
  })
  if (items === false) {
    const expected = `at most ${tuple.length} items`
    code.push(guard(`${value}.length > ${tuple.length}`, stop(pointer.code(), expected, value)))
  } else if (items !== undefined) {
    const index = scope.fresh('index')
    const item = scope.fresh('item')
    const inner = statements(items, {
      ...spot,
      value: item,
      pointer: pointer.index(index),
      depth: spot.depth + 1,
    })
    if (inner !== '') {
      code.push(
        `for (let ${index} = ${tuple.length}; ${index} < ${value}.length; ${index} += 1) {\n` +
          `const ${item}: unknown = ${value}[${index}]\n${inner}\n}`,
      )
    }
  }
  return lines(...code)
}

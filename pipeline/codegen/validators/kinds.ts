import type { JsonType, SchemaNode } from '../../schema/schema'
import { findFormat } from '../../schema/formats'
import { helper, type Check } from './checks'
import { pluralize } from './expectations'
import type { ModuleEmitter } from './module-emitter'
import { equals, js, reference, type Expression } from './syntax'

/** An expression that tests for a type. */
export function isType(type: JsonType, value: string): Expression {
  switch (type) {
    case 'null':
      return equals(value, 'null')
    case 'boolean':
    case 'string':
      return equals(`typeof ${value}`, `'${type}'`)
    case 'number':
      return js`${helper('isNumber')}(${value})`
    case 'integer':
      return js`${helper('isInteger')}(${value})`
    case 'array':
      return js`${helper('isArray')}(${value})`
    case 'object':
      return js`${helper('isObject')}(${value})`
  }
}

export function stringChecks(node: SchemaNode, value: string, emitter: ModuleEmitter): Check[] {
  const found: Check[] = []
  const { minLength, maxLength, pattern } = node
  if (minLength !== undefined && minLength > 0) {
    found.push({
      failsWhen:
        minLength === 1 ? equals(value, "''") : js`${helper('isShorter')}(${value}, ${minLength})`,
      expected: `at least ${pluralize(minLength, 'character', 'characters')}`,
    })
  }
  if (maxLength !== undefined) {
    found.push({
      failsWhen: js`${helper('isLonger')}(${value}, ${maxLength})`,
      expected: `at most ${pluralize(maxLength, 'character', 'characters')}`,
    })
  }
  if (pattern !== undefined) {
    found.push({
      failsWhen: js`!${emitter.usePattern(pattern)}.test(${value})`,
      expected: `text that matches ${pattern.source}`,
    })
  }
  return [...found, ...formatChecks(node, value, 'string', emitter)]
}

const LIMITS = [
  ['minimum', '>=', 'at least'],
  ['exclusiveMinimum', '>', 'more than'],
  ['maximum', '<=', 'at most'],
  ['exclusiveMaximum', '<', 'less than'],
] as const

export function numberChecks(node: SchemaNode, value: string, emitter: ModuleEmitter): Check[] {
  const found: Check[] = []
  for (const [keyword, operator, words] of LIMITS) {
    const limit = node[keyword]
    if (limit === undefined) continue
    found.push({ failsWhen: js`!(${value} ${operator} ${limit})`, expected: `${words} ${limit}` })
  }
  if (node.multipleOf !== undefined) {
    found.push({
      failsWhen: js`!${helper('isMultiple')}(${value}, ${node.multipleOf})`,
      expected: `a multiple of ${node.multipleOf}`,
    })
  }
  return [...found, ...formatChecks(node, value, 'number', emitter)]
}

function formatChecks(
  { format }: SchemaNode,
  value: string,
  kind: 'string' | 'number',
  emitter: ModuleEmitter,
): Check[] {
  const check = emitter.checksFormats ? findFormat(format, kind) : undefined
  if (check === undefined) return []
  const call = reference({ origin: 'format', name: check.name, file: check.file })
  return [{ failsWhen: js`!${call}(${value})`, expected: `the format ${format ?? ''}` }]
}

/** Conditions for the size of an array or an object. */
export function sizeChecks(
  size: Expression,
  words: readonly [string, string],
  least: number | undefined,
  most: number | undefined,
): Check[] {
  const found: Check[] = []
  if (least !== undefined && least > 0) {
    found.push({
      failsWhen: js`${size} < ${least}`,
      expected: `at least ${pluralize(least, ...words)}`,
    })
  }
  if (most !== undefined) {
    found.push({
      failsWhen: js`${size} > ${most}`,
      expected: `at most ${pluralize(most, ...words)}`,
    })
  }
  return found
}

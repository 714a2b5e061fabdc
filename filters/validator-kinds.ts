import type { JsonType, SchemaNode } from '../pipeline/models/schema'
import { formatCheck } from './formats'
import type { Finding } from './validator-code'
import type { Unit } from './validator-unit'
import { count } from './validator-words'

/** The expression that tells a type. */
export function isType(type: JsonType, value: string, unit: Unit): string {
  switch (type) {
    case 'null':
      return `${value} === null`
    case 'boolean':
    case 'string':
      return `typeof ${value} === '${type}'`
    case 'number':
      return `${unit.helper('isNumber')}(${value})`
    case 'integer':
      return `${unit.helper('isInteger')}(${value})`
    case 'array':
      return `${unit.helper('isArray')}(${value})`
    case 'object':
      return `${unit.helper('isObject')}(${value})`
  }
}

/** The opposite, written as people write it. */
export function isNotType(type: JsonType, value: string, unit: Unit): string {
  const is = isType(type, value, unit)
  return is.includes(' === ') ? is.replace(' === ', ' !== ') : `!${is}`
}

export function stringFindings(node: SchemaNode, value: string, unit: Unit): Finding[] {
  const found: Finding[] = []
  const { minLength, maxLength, pattern } = node
  if (minLength !== undefined && minLength > 0) {
    found.push({
      wrong:
        minLength === 1 ? `${value} === ''` : `${unit.helper('isShorter')}(${value}, ${minLength})`,
      expected: `at least ${count(minLength, 'character', 'characters')}`,
    })
  }
  if (maxLength !== undefined) {
    found.push({
      wrong: `${unit.helper('isLonger')}(${value}, ${maxLength})`,
      expected: `at most ${count(maxLength, 'character', 'characters')}`,
    })
  }
  if (pattern !== undefined) {
    found.push({
      wrong: `!${unit.pattern(pattern)}.test(${value})`,
      expected: `text that matches ${pattern.source}`,
    })
  }
  return [...found, ...formatFindings(node, value, 'string', unit)]
}

const LIMITS = [
  ['minimum', '>=', 'at least'],
  ['exclusiveMinimum', '>', 'more than'],
  ['maximum', '<=', 'at most'],
  ['exclusiveMaximum', '<', 'less than'],
] as const

export function numberFindings(node: SchemaNode, value: string, unit: Unit): Finding[] {
  const found: Finding[] = []
  for (const [keyword, operator, words] of LIMITS) {
    const limit = node[keyword]
    if (limit === undefined) continue
    found.push({ wrong: `!(${value} ${operator} ${limit})`, expected: `${words} ${limit}` })
  }
  if (node.multipleOf !== undefined) {
    found.push({
      wrong: `!${unit.helper('isMultiple')}(${value}, ${node.multipleOf})`,
      expected: `a multiple of ${node.multipleOf}`,
    })
  }
  return [...found, ...formatFindings(node, value, 'number', unit)]
}

function formatFindings(
  { format }: SchemaNode,
  value: string,
  kind: 'string' | 'number',
  unit: Unit,
): Finding[] {
  const check = unit.checksFormats ? formatCheck(format, kind) : undefined
  if (check === undefined) return []
  const call = unit.format(check.file, check.name)
  return [{ wrong: `!${call}(${value})`, expected: `the format ${format ?? ''}` }]
}

/** Conditions on the size of an array or an object. */
export function sizeFindings(
  size: string,
  words: readonly [string, string],
  least: number | undefined,
  most: number | undefined,
): Finding[] {
  const found: Finding[] = []
  if (least !== undefined && least > 0) {
    found.push({ wrong: `${size} < ${least}`, expected: `at least ${count(least, ...words)}` })
  }
  if (most !== undefined) {
    found.push({ wrong: `${size} > ${most}`, expected: `at most ${count(most, ...words)}` })
  }
  return found
}

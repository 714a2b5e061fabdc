import {
  isNode,
  isReference,
  type JsonType,
  type Schema,
  type SchemaNode,
} from '../pipeline/models/schema'
import { literal } from './literals'
import { arrayCode } from './validator-arrays'
import {
  branch,
  findingCode,
  guard,
  lines,
  refuse,
  stop,
  when,
  type Finding,
} from './validator-code'
import { functionCode } from './validator-function'
import { isNotType, isType, numberFindings, stringFindings } from './validator-kinds'
import { objectCode } from './validator-objects'
import type { Spot } from './validator-spot'
import type { Unit } from './validator-unit'
import { typeWords, valueWords } from './validator-words'

/** Deeper parts get functions of their own. */
const MAX_DEPTH = 4

/** The whole body of a validator; `''` where the schema takes everything. */
export function body(schema: Schema, spot: Spot): string {
  if (!isTyped(schema)) return counted(statements(schema, spot))
  const { value, pointer, unit } = spot
  const { types } = schema
  const branches = kindBranches(schema, spot)
  const refusal = refuse(pointer.code(), typeWords(types), value)
  const [first, second] = branches
  if (first === undefined) {
    const tests = types.map((type) => isType(type, value, unit))
    return `return ${[...tests, refusal].join(' || ')}`
  }
  if (second === undefined && types.length === 1) {
    const wrong = isNotType(first.type, value, unit)
    return lines(`if (${wrong}) return ${refusal}`, counted(first.code))
  }
  return counted(typeCode(schema, branches, spot))
}

function counted(code: string): string {
  return code === '' ? '' : `const start = report.count\n${code}\nreturn passed(report, start)`
}

/** Statements that check a value against a schema; `''` where nothing needs to be checked. */
export function statements(schema: Schema, spot: Spot, optional = false): string {
  const present = `${spot.value} !== undefined`
  if (isTyped(schema) && !isDeep(schema, spot)) {
    return typeCode(schema, kindBranches(schema, spot), spot, optional ? [present] : [])
  }
  const code = codeOf(schema, spot)
  return optional && code !== '' ? when(present, code) : code
}

function codeOf(schema: Schema, spot: Spot): string {
  if (schema === true) return ''
  if (schema === false) return guard(stop(spot.pointer.code(), 'nothing at all', spot.value))
  if (isReference(schema)) {
    const call = spot.unit.validatorOf(schema.reference)
    return call === undefined ? '' : callCode(call, spot)
  }
  if (isDeep(schema, spot)) {
    const name = ownFunction('part', schema, spot.unit)
    return name === undefined ? '' : callCode(name, spot)
  }
  const branches = kindBranches(schema, spot)
  return lines(
    typeCode(schema, branches, spot),
    valuesCode(schema, spot),
    combinedCode(schema, spot),
  )
}

function callCode(name: string, { value, pointer }: Spot): string {
  return guard(`!${name}(${value}, report)`, `within(report, ${pointer.code()})`)
}

function isDeep(node: SchemaNode, { depth }: Spot): boolean {
  const hasParts =
    node.properties !== undefined || node.items !== undefined || node.tuple !== undefined
  return hasParts && depth > MAX_DEPTH
}

type Typed = SchemaNode & { readonly types: readonly JsonType[] }

/** Whether a schema asks for types, and for nothing that goes across them. */
function isTyped(schema: Schema): schema is Typed {
  if (!isNode(schema) || schema.types === undefined || schema.values !== undefined) return false
  const { allOf, anyOf, oneOf, not, dependencies } = schema
  return [allOf, anyOf, oneOf, not, dependencies, schema.if].every((part) => part === undefined)
}

/** @param present conditions without which no type is asked for */
function typeCode(
  { types, values }: SchemaNode,
  branches: readonly Branch[],
  { value, pointer, unit }: Spot,
  present: readonly string[] = [],
): string {
  const chain = branches.map(({ test, code }) => branch(test, code))
  const [first, second] = branches
  if (types === undefined || values !== undefined) {
    if (first !== undefined && second === undefined) return when(first.test, first.code)
    return chain.join(' else ')
  }
  const others = types
    .filter((type) => !branches.some((branch) => branch.type === type))
    .map((type) => isNotType(type, value, unit))
  const wrong = guard(...present, ...others, stop(pointer.code(), typeWords(types), value))
  return [...chain, wrong].join(' else ')
}

interface Branch {
  readonly type: JsonType
  readonly test: string
  readonly code: string
}

/** The kinds for which the schema has more to check than the kind itself. */
function kindBranches(node: SchemaNode, spot: Spot): Branch[] {
  const { value, pointer, unit } = spot
  const asks = (type: JsonType): boolean => node.types?.includes(type) ?? true
  const branches: Branch[] = []
  const add = (type: JsonType, code: string): void => {
    if (code !== '') branches.push({ type, test: isType(type, value, unit), code })
  }
  const found = (findings: readonly Finding[]): string =>
    lines(...findings.map((finding) => findingCode(finding, pointer.code(), value)))
  if (asks('string')) add('string', found(stringFindings(node, value, unit)))
  const number = node.types?.includes('number') !== false ? 'number' : 'integer'
  if (asks(number)) add(number, found(numberFindings(node, value, unit)))
  if (asks('object')) add('object', objectCode(node, spot, statements))
  if (asks('array')) add('array', arrayCode(node, spot, statements, matches))
  return branches
}

function valuesCode({ values, types }: SchemaNode, { value, pointer, unit }: Spot): string {
  if (values === undefined) return ''
  const allowed =
    types === undefined ? values : values.filter((one) => types.some((type) => has(type, one)))
  const wrong = isOneOf(allowed, value, unit).map(not)
  return guard(...wrong, stop(pointer.code(), valueWords(allowed), value))
}

/** From here on a set is faster to read and to run. */
const MANY_VALUES = 6

/** Tests for each of the values. */
function isOneOf(values: readonly unknown[], value: string, unit: Unit): string[] {
  const isPlain = (one: unknown): boolean => typeof one !== 'object' || one === null
  const simple = values.filter(isPlain)
  const tests =
    simple.length > MANY_VALUES
      ? [`${unit.values(simple)}.has(${value})`]
      : simple.map(
          (one) => `${value} === ${typeof one === 'string' ? literal(one).text : String(one)}`,
        )
  const others = values.filter((one) => !isPlain(one))
  return [...tests, ...others.map((one) => `${unit.helper('equal')}(${value}, ${unit.value(one)})`)]
}

function not(test: string): string {
  return test.includes(' === ') ? test.replace(' === ', ' !== ') : `!${test}`
}

function has(type: JsonType, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}

function combinedCode(node: SchemaNode, spot: Spot): string {
  const { value, pointer, unit } = spot
  const wrong = (test: string, expected: string): string =>
    guard(...(test === 'true' ? [] : [test]), stop(pointer.code(), expected, value))
  const code = (node.allOf ?? []).map((schema) => statements(schema, spot))
  if (node.anyOf !== undefined) {
    const tests = node.anyOf.map((schema) => matches(schema, value, unit))
    if (!tests.includes('true')) {
      const possible = tests.filter((test) => test !== 'false')
      const test = possible.length === 0 ? 'true' : `!(${possible.join(' || ')})`
      code.push(wrong(test, `one of ${tests.length} alternatives`))
    }
  }
  if (node.oneOf !== undefined) {
    const test = notExactlyOne(node.oneOf, value, unit)
    if (test !== 'false') code.push(wrong(test, `exactly one of ${node.oneOf.length} alternatives`))
  }
  const not = node.not === undefined ? 'false' : matches(node.not, value, unit)
  if (not !== 'false') code.push(wrong(not, 'something else'))
  if (node.if !== undefined) code.push(conditionalCode(node, node.if, spot))
  for (const { name, schema } of node.dependencies ?? []) {
    const inner = widened(schema, spot)
    if (inner === '') continue
    const is = unit.helper('isObject')
    const own = unit.helper('own')
    const test = `${is}(${value}) && ${own}(${value}, ${literal(name).text}) !== undefined`
    code.push(when(test, inner))
  }
  return lines(...code)
}

/** What is known of an alternative beforehand is counted beforehand. */
function notExactlyOne(schemas: readonly Schema[], value: string, unit: Unit): string {
  const tests = schemas.map((schema) => matches(schema, value, unit))
  const rest = 1 - tests.filter((test) => test === 'true').length
  const open = tests.filter((test) => test !== 'true' && test !== 'false')
  if (rest < 0 || open.length === 0) return rest === 0 ? 'false' : 'true'
  if (open.length === 1) return rest === 1 ? `!${open[0] ?? ''}` : (open[0] ?? '')
  return `${open.map((test) => `Number(${test})`).join(' + ')} !== ${rest}`
}

function conditionalCode(node: SchemaNode, condition: Schema, spot: Spot): string {
  if (condition === true) return widened(node.then ?? true, spot)
  if (condition === false) return widened(node.else ?? true, spot)
  const then = widened(node.then ?? true, spot)
  const otherwise = widened(node.else ?? true, spot)
  if (then === '' && otherwise === '') return ''
  const test = matches(condition, spot.value, spot.unit)
  // A condition that takes everything says so only now.
  if (test === 'true') return then
  if (then === '') return when(`!(${test})`, otherwise)
  if (otherwise === '') return when(test, then)
  return `${branch(test, then)} else {\n${otherwise}\n}`
}

/** The same value under another name, of which the compiler has not been told anything yet. */
function widened(schema: Schema, spot: Spot): string {
  const value = spot.scope.fresh('inner')
  const code = statements(schema, { ...spot, value })
  return code === '' ? '' : `const ${value}: unknown = ${spot.value}\n${code}`
}

/** An expression that tells whether a value follows a schema, without a report. */
export function matches(schema: Schema, value: string, unit: Unit): string {
  if (typeof schema === 'boolean') return String(schema)
  const call = (name: string): string => `${name}(${value}, ${unit.helper('silent')})`
  if (isReference(schema)) {
    const name = unit.validatorOf(schema.reference)
    return name === undefined ? 'true' : call(name)
  }
  const simple = simpleTest(schema, value, unit)
  if (simple !== undefined) return simple
  const name = ownFunction('matches', schema, unit)
  return name === undefined ? 'true' : call(name)
}

/** A function for a part of the schema; undefined where that takes everything. */
function ownFunction(prefix: string, schema: Schema, unit: Unit): string | undefined {
  return unit.function(prefix, schema, (name) => functionCode(schema, unit, name, body))
}

/** Schemas that say no more than a type or a few values. */
function simpleTest(node: SchemaNode, value: string, unit: Unit): string | undefined {
  const keywords = Object.keys(node).filter((keyword) => keyword !== 'documentation')
  const [only] = keywords
  if (keywords.length !== 1 || !isNode(node)) return undefined
  if (only === 'types') {
    return `(${node.types?.map((type) => isType(type, value, unit)).join(' || ') ?? 'true'})`
  }
  if (only !== 'values' || node.values === undefined || node.values.length === 0) return undefined
  return `(${isOneOf(node.values, value, unit).join(' || ')})`
}

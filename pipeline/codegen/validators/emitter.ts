import {
  hasType,
  isNode,
  isReference,
  type JsonType,
  type Schema,
  type SchemaNode,
} from '../../schema/schema'
import { literal } from '../../../filters/literals'
import { discriminate } from '../../schema/alternatives'
import { arrayCode } from './arrays'
import { addErrorCall, checkStatements, failCall, helper } from './checks'
import type { EmitContext } from './context'
import { expectedTypes, expectedValues } from './expectations'
import { isType, numberChecks, stringChecks } from './kinds'
import type { ModuleEmitter } from './module-emitter'
import { objectCode } from './objects'
import { Pointer, Scope } from './scope'
import {
  FALSE,
  TRUE,
  equals,
  failIf,
  ifElse,
  ifThen,
  join,
  js,
  line,
  type Block,
  type Branch,
  type Expression,
} from './syntax'

/** Maximum nesting in one function; deeper parts get separate functions. */
const MAX_DEPTH = 4

/** The body of a validator; empty if the schema accepts everything. */
export function functionBody(schema: Schema, emitter: ModuleEmitter): Block {
  const context = { value: 'value', pointer: new Pointer(), scope: new Scope(), emitter, depth: 0 }
  if (!isTyped(schema)) return withErrorCount(statements(schema, context))
  const { value, pointer } = context
  const { types } = schema
  const branches = kindBranches(schema, context)
  const refusal = failCall(pointer.code(), expectedTypes(types), value)
  const [first, second] = branches
  if (first === undefined) {
    const tests = types.map((type) => isType(type, value))
    return [line(js`return ${join([...tests, refusal], ' || ')}`)]
  }
  if (second === undefined && types.length === 1) {
    const guard = line(js`if (${first.test.not()}) return ${refusal}`)
    return [guard, ...withErrorCount(first.body)]
  }
  return withErrorCount(typeCode(schema, branches, context))
}

function withErrorCount(block: Block): Block {
  if (block.length === 0) return []
  const start = line(js`const start = report.count`)
  return [start, ...block, line(js`return ${helper('isValid')}(report, start)`)]
}

/** Statements that check a value against a schema; empty if no check is needed. */
export function statements(schema: Schema, context: EmitContext, optional = false): Block {
  const present = equals(context.value, 'undefined').not()
  if (isTyped(schema) && !needsOwnFunction(schema, context)) {
    return typeCode(schema, kindBranches(schema, context), context, optional ? [present] : [])
  }
  const code = codeOf(schema, context)
  return optional && code.length > 0 ? ifThen(present, code) : code
}

function codeOf(schema: Schema, context: EmitContext): Block {
  if (schema === true) return []
  if (schema === false)
    return failIf(addErrorCall(context.pointer.code(), 'no value', context.value))
  if (isReference(schema)) {
    return callCode(context.emitter.useValidator(schema.reference), context)
  }
  if (needsOwnFunction(schema, context)) {
    return callCode(ownFunction('part', schema, context.emitter), context)
  }
  const branches = kindBranches(schema, context)
  return [
    ...typeCode(schema, branches, context),
    ...valuesCode(schema, context),
    ...combinedCode(schema, context),
  ]
}

/** @param validator undefined if it would accept everything */
function callCode(validator: Expression | undefined, { value, pointer }: EmitContext): Block {
  if (validator === undefined) return []
  const prefix = js`${helper('prefixErrors')}(report, ${pointer.code()})`
  return failIf(js`!${validator}(${value}, report)`, prefix)
}

function needsOwnFunction(node: SchemaNode, { depth }: EmitContext): boolean {
  const hasParts =
    node.properties !== undefined || node.items !== undefined || node.tuple !== undefined
  return hasParts && depth > MAX_DEPTH
}

type Typed = SchemaNode & { readonly types: readonly JsonType[] }

/** Whether a schema restricts types and has no keyword that applies to several types. */
function isTyped(schema: Schema): schema is Typed {
  if (!isNode(schema) || schema.types === undefined || schema.values !== undefined) return false
  const { allOf, anyOf, oneOf, not, dependencies } = schema
  return [allOf, anyOf, oneOf, not, dependencies, schema.if].every((part) => part === undefined)
}

/** @param present conditions that must be true before the type is checked */
function typeCode(
  { types, values }: SchemaNode,
  branches: readonly KindBranch[],
  { value, pointer }: EmitContext,
  present: readonly Expression[] = [],
): Block {
  const [first, second] = branches
  if (types === undefined || values !== undefined) {
    if (first !== undefined && second === undefined) return ifThen(first.test, first.body)
    return ifElse(branches)
  }
  const others = types
    .filter((type) => !branches.some((branch) => branch.type === type))
    .map((type) => isType(type, value).not())
  const error = addErrorCall(pointer.code(), expectedTypes(types), value)
  return ifElse(branches, failIf(...present, ...others, error))
}

interface KindBranch extends Branch {
  readonly type: JsonType
}

/** The kinds for which the schema has checks beyond the type check. */
function kindBranches(node: SchemaNode, context: EmitContext): KindBranch[] {
  const { value, pointer, emitter } = context
  const allows = (type: JsonType): boolean => node.types?.includes(type) ?? true
  const branches: KindBranch[] = []
  const add = (type: JsonType, body: Block): void => {
    if (body.length > 0) branches.push({ type, test: isType(type, value), body })
  }
  if (allows('string')) {
    add('string', checkStatements(stringChecks(node, value, emitter), pointer.code(), value))
  }
  const number = node.types?.includes('number') !== false ? 'number' : 'integer'
  if (allows(number)) {
    add(number, checkStatements(numberChecks(node, value, emitter), pointer.code(), value))
  }
  if (allows('object')) add('object', objectCode(node, context, statements))
  if (allows('array')) add('array', arrayCode(node, context, statements, matches))
  return branches
}

function valuesCode({ values, types }: SchemaNode, context: EmitContext): Block {
  if (values === undefined) return []
  const { value, pointer, emitter } = context
  const allowed =
    types === undefined ? values : values.filter((one) => types.some((type) => hasType(one, type)))
  const differs = isOneOf(allowed, value, emitter).map((test) => test.not())
  return failIf(...differs, addErrorCall(pointer.code(), expectedValues(allowed), value))
}

/** Minimum number of values for a set, which is faster to load and to run from here on. */
const MANY_VALUES = 6

/** Tests for each of the values. */
function isOneOf(
  values: readonly unknown[],
  value: string,
  emitter: ModuleEmitter,
): readonly Expression[] {
  const isPlain = (one: unknown): boolean => typeof one !== 'object' || one === null
  const simple = values.filter(isPlain)
  const tests =
    simple.length > MANY_VALUES
      ? [js`${emitter.useValueSet(simple)}.has(${value})`]
      : simple.map((one) =>
          equals(value, typeof one === 'string' ? literal(one).text : String(one)),
        )
  const others = values.filter((one) => !isPlain(one))
  return [
    ...tests,
    ...others.map((one) => js`${helper('isEqual')}(${value}, ${emitter.useValue(one)})`),
  ]
}

function combinedCode(node: SchemaNode, context: EmitContext): Block {
  const { value, pointer, emitter } = context
  const failWith = (
    test: Expression,
    expected: string,
    alternatives: readonly Schema[] = [],
  ): Block => {
    const report =
      alternativesCall(alternatives, expected, context) ??
      addErrorCall(pointer.code(), expected, value)
    return test === TRUE ? failIf(report) : failIf(test, report)
  }
  const code = (node.allOf ?? []).flatMap((schema) => statements(schema, context))
  if (node.anyOf !== undefined) {
    const tests = node.anyOf.map((schema) => matches(schema, value, emitter))
    if (!tests.includes(TRUE)) {
      const possible = tests.filter((test) => test !== FALSE)
      const test = possible.length === 0 ? TRUE : js`!(${join(possible, ' || ')})`
      code.push(...failWith(test, `one of ${tests.length} alternatives`, node.anyOf))
    }
  }
  if (node.oneOf !== undefined) {
    const test = notExactlyOne(node.oneOf, value, emitter)
    const expected = `exactly one of ${node.oneOf.length} alternatives`
    if (test !== FALSE) code.push(...failWith(test, expected, node.oneOf))
  }
  const not = node.not === undefined ? FALSE : matches(node.not, value, emitter)
  if (not !== FALSE) code.push(...failWith(not, 'something else'))
  if (node.if !== undefined) code.push(...conditionalCode(node, node.if, context))
  for (const { name, schema } of node.dependencies ?? []) {
    const inner = withFreshBinding(schema, context)
    if (inner.length === 0) continue
    const isObject = js`${helper('isObject')}(${value})`
    const own = js`${helper('ownProperty')}(${value}, ${literal(name).text})`
    code.push(...ifThen(js`${isObject} && ${own} !== undefined`, inner))
  }
  return code
}

/**
 * Reports the errors of the alternative with the value's constant; undefined if constants do not distinguish the
 * alternatives.
 */
function alternativesCall(
  alternatives: readonly Schema[],
  expected: string,
  { value, pointer, emitter }: EmitContext,
): Expression | undefined {
  const found = discriminate(alternatives, emitter.resolve)
  if (found === undefined) return undefined
  const validators = [...found.alternatives].flatMap(([constant, schema]) => {
    const validator = isReference(schema)
      ? emitter.useValidator(schema.reference)
      : ownFunction('matches', schema, emitter)
    return validator === undefined ? [] : [js`${literal(constant).text}: ${validator}`]
  })
  const call = helper('addAlternativeErrors')
  const property = literal(found.property).text
  return js`${call}(report, ${pointer.code()}, ${literal(expected).text}, ${value}, ${property}, { ${join(validators, ', ')} })`
}

/** Counts alternatives with a known result at generation time. */
function notExactlyOne(
  schemas: readonly Schema[],
  value: string,
  emitter: ModuleEmitter,
): Expression {
  const tests = schemas.map((schema) => matches(schema, value, emitter))
  const rest = 1 - tests.filter((test) => test === TRUE).length
  const open = tests.filter((test) => test !== TRUE && test !== FALSE)
  const [first, second] = open
  if (rest < 0 || first === undefined) return rest === 0 ? FALSE : TRUE
  if (second === undefined) return rest === 1 ? js`!${first}` : first
  return js`${join(
    open.map((test) => js`Number(${test})`),
    ' + ',
  )} !== ${rest}`
}

function conditionalCode(node: SchemaNode, condition: Schema, context: EmitContext): Block {
  if (condition === true) return withFreshBinding(node.then ?? true, context)
  if (condition === false) return withFreshBinding(node.else ?? true, context)
  const thenCode = withFreshBinding(node.then ?? true, context)
  const elseCode = withFreshBinding(node.else ?? true, context)
  if (thenCode.length + elseCode.length === 0) return []
  const test = matches(condition, context.value, context.emitter)
  if (test === TRUE) return thenCode
  if (thenCode.length === 0) return ifThen(js`!(${test})`, elseCode)
  if (elseCode.length === 0) return ifThen(test, thenCode)
  return ifElse([{ test, body: thenCode }], elseCode)
}

/** Checks the same value with a new variable, because the compiler has already narrowed the type of the first. */
function withFreshBinding(schema: Schema, context: EmitContext): Block {
  const value = context.scope.uniqueName('inner')
  const code = statements(schema, { ...context, value })
  return code.length === 0 ? [] : [line(js`const ${value}: unknown = ${context.value}`), ...code]
}

/** A boolean expression for whether a value matches a schema, without a report; `TRUE` or `FALSE` if that is known. */
export function matches(schema: Schema, value: string, emitter: ModuleEmitter): Expression {
  if (typeof schema === 'boolean') return schema ? TRUE : FALSE
  const call = (validator: Expression | undefined): Expression =>
    validator === undefined ? TRUE : js`${validator}(${value}, ${helper('DISCARD')})`
  if (isReference(schema)) return call(emitter.useValidator(schema.reference))
  return simpleTest(schema, value, emitter) ?? call(ownFunction('matches', schema, emitter))
}

/** A function for a part of the schema; undefined if the part accepts everything. */
function ownFunction(
  prefix: string,
  schema: Schema,
  emitter: ModuleEmitter,
): Expression | undefined {
  return emitter.declareFunction(prefix, schema, () => functionBody(schema, emitter))
}

/** A test for schemas that contain only a type or a few values. */
function simpleTest(
  node: SchemaNode,
  value: string,
  emitter: ModuleEmitter,
): Expression | undefined {
  const keywords = Object.keys(node).filter((keyword) => keyword !== 'documentation')
  const [only] = keywords
  if (keywords.length !== 1) return undefined
  if (only === 'types' && node.types !== undefined) {
    const tests = node.types.map((type) => isType(type, value))
    return js`(${join(tests, ' || ')})`
  }
  if (only !== 'values' || node.values === undefined || node.values.length === 0) return undefined
  return js`(${join(isOneOf(node.values, value, emitter), ' || ')})`
}

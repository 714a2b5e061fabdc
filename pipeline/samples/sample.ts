import {
  isReference,
  UNDOCUMENTED,
  type JsonType,
  type Schema,
  type SchemaNode,
} from '../schema/schema'
import { sampleOfFormat } from './formats'
import { isValidValue, withBudget, type ResolveSchema } from './validate'
import { sampleOfPattern } from './pattern-text'

/** A sample value, wrapped in an object because `undefined` means that none was found. */
export interface Sample {
  readonly value: unknown
}

/** Depth from which optional properties are omitted. */
const OPTIONAL_DEPTH = 3
/** Depth at which the search in a recursive schema ends. */
const MAX_DEPTH = 12
/** Maximum number of combinations of `oneOf` and `anyOf` branches at each position. */
const MAX_BRANCHES = 24

interface SampleContext {
  /** Text for strings: the property name, otherwise empty. */
  readonly hint: string
  readonly depth: number
  /** Index of an array item, for items that must be unique. */
  readonly variant: number
}

/**
 * A value that matches the schema: from its examples, its default or its `enum`, otherwise generated from its keywords.
 * The result is deterministic.
 */
export function sample(schema: Schema, resolve: ResolveSchema, hint = ''): Sample | undefined {
  return new Sampler(resolve).make([schema], { hint, depth: 0, variant: 0 })
}

/** Maximum number of values to try. */
const MAX_TRIES = 5000

/** Maximum number of additional properties to reach `minProperties`. */
const MAX_EXTRA = 50

class Sampler {
  readonly #resolve: ResolveSchema
  #tries = 0

  constructor(resolve: ResolveSchema) {
    this.#resolve = resolve
  }

  /** A value that matches all schemas. */
  make(schemas: readonly Schema[], context: SampleContext): Sample | undefined {
    this.#tries += 1
    if (context.depth > MAX_DEPTH || this.#tries > MAX_TRIES) return undefined
    const isMatch = (value: unknown): boolean =>
      schemas.every((schema) => isValidValue(schema, value, this.#resolve))
    for (const nodes of this.#branchCombinations(schemas)) {
      for (const value of this.#candidates(nodes, context)) {
        if (isMatch(value)) return { value }
        this.#tries += 1
        if (this.#tries > MAX_TRIES) return undefined
      }
    }
    return undefined
  }

  /** The nodes of the schemas, once for each combination of alternatives. A value must match all nodes of a combination. */
  #branchCombinations(schemas: readonly Schema[]): SchemaNode[][] {
    let combinations: SchemaNode[][] = [[]]
    const add = (schema: Schema, depth: number): void => {
      if (schema === false || depth > MAX_DEPTH) combinations = []
      if (typeof schema === 'boolean') return
      if (isReference(schema)) {
        const target = this.#resolve(schema.reference)
        if (target !== undefined) add(target, depth + 1)
        return
      }
      combinations = combinations.map((combination) => [...combination, schema])
      schema.allOf?.forEach((part) => add(part, depth + 1))
      for (const branches of [schema.oneOf, schema.anyOf, conditionalBranches(schema)]) {
        if (branches === undefined) continue
        const before = combinations
        combinations = branches
          .flatMap((branch) => {
            combinations = before
            add(branch, depth + 1)
            return combinations
          })
          .slice(0, MAX_BRANCHES)
      }
    }
    schemas.forEach((schema) => add(schema, 0))
    return combinations
  }

  *#candidates(nodes: readonly SchemaNode[], context: SampleContext): Generator {
    if (context.variant === 0) {
      for (const { documentation } of nodes) {
        yield* documentation.examples ?? []
        if (documentation.default !== undefined) yield documentation.default.value
      }
    }
    const values = nodes.flatMap((node) => node.values ?? [])
    yield* values.slice(context.variant)
    for (const type of possibleTypes(nodes)) {
      if (type === 'object') yield* this.#objectCandidates(nodes, context)
      else if (type === 'array') yield* this.#arrayCandidates(nodes, context)
      else if (type === 'string') yield* stringCandidates(nodes, context)
      else if (type === 'boolean') yield* [context.variant % 2 === 0, context.variant % 2 !== 0]
      else if (type === 'null') yield null
      else yield* numberCandidates(nodes, type === 'integer', context)
    }
  }

  /** First with the optional properties, then without them. */
  *#objectCandidates(nodes: readonly SchemaNode[], context: SampleContext): Generator {
    const required = new Set(nodes.flatMap((node) => node.required ?? []))
    const declared = nodes.flatMap((node) => (node.properties ?? []).map(({ name }) => name))
    const wanted = [...new Set([...declared, ...required])]
    const full = this.#buildObject(
      nodes,
      context.depth >= OPTIONAL_DEPTH ? wanted.filter((name) => required.has(name)) : wanted,
      required,
      context,
    )
    if (full !== undefined) yield full
    const least = Math.max(0, ...nodes.map((node) => node.minProperties ?? 0))
    if (least > MAX_EXTRA) return
    const extra = Array.from({ length: least }, (_, index) => `key${index + 1}`)
    for (const names of [
      [...required],
      [...wanted, ...extra].slice(0, Math.max(least, required.size)),
    ]) {
      const made = this.#buildObject(nodes, names, required, context)
      if (made !== undefined) yield made
    }
  }

  #buildObject(
    nodes: readonly SchemaNode[],
    names: readonly string[],
    required: ReadonlySet<string>,
    context: SampleContext,
  ): object | undefined {
    const entries: [string, unknown][] = []
    for (const name of names) {
      const made = this.make(propertySchemas(nodes, name), {
        hint: name,
        depth: context.depth + 1,
        variant: context.variant,
      })
      if (made !== undefined) entries.push([name, made.value])
      else if (required.has(name)) return undefined
    }
    return Object.fromEntries(entries)
  }

  *#arrayCandidates(nodes: readonly SchemaNode[], context: SampleContext): Generator {
    const least = Math.max(0, ...nodes.map((node) => node.minItems ?? 0))
    const tuple = Math.max(0, ...nodes.map((node) => node.tuple?.length ?? 0))
    const most = Math.min(...nodes.map((node) => node.maxItems ?? Infinity))
    const contained = nodes.flatMap((node) => node.contains ?? [])
    const differ = nodes.some((node) => node.uniqueItems === true)
    for (const length of [Math.max(least, tuple, Math.min(1, most)), least]) {
      if (length > 50) return
      const items: unknown[] = []
      for (let index = 0; index < length; index += 1) {
        const made = this.make([...itemSchemas(nodes, index), ...(index === 0 ? contained : [])], {
          hint: context.hint,
          depth: context.depth + 1,
          variant: context.variant + (differ ? index : 0),
        })
        if (made === undefined) break
        items.push(made.value)
      }
      yield items
    }
    yield []
  }
}

function propertySchemas(nodes: readonly SchemaNode[], name: string): Schema[] {
  return nodes.flatMap((node) => {
    const declared = (node.properties ?? []).filter((property) => property.name === name)
    const patterns = (node.patternProperties ?? []).filter(({ pattern }) =>
      isValidValue({ documentation: UNDOCUMENTED, pattern }, name, () => undefined),
    )
    const own = [...declared, ...patterns].map(({ schema }) => schema)
    return own.length > 0 ? own : [node.additionalProperties ?? true]
  })
}

function itemSchemas(nodes: readonly SchemaNode[], index: number): Schema[] {
  return nodes.map((node) => node.tuple?.[index] ?? node.items ?? true)
}

/** The branches of `if`, as alternatives, the most specific one first; undefined without a condition. */
function conditionalBranches(schema: SchemaNode): Schema[] | undefined {
  if (schema.if === undefined) return undefined
  const holds = { documentation: UNDOCUMENTED, allOf: [schema.if, schema.then ?? true] }
  const fails = schema.else ?? true
  return schema.then === undefined ? [fails, holds] : [holds, fails]
}

/** Possible types of the value, most likely first: the declared types, otherwise the types that the keywords apply to. */
function possibleTypes(nodes: readonly SchemaNode[]): readonly JsonType[] {
  const stated = nodes.flatMap((node) => (node.types === undefined ? [] : [node.types]))
  const [first, ...others] = stated
  if (first !== undefined) {
    const common = first.filter((type) =>
      others.every(
        (types) => types.includes(type) || (type === 'integer' && types.includes('number')),
      ),
    )
    const narrowed = first.includes('number') && others.some((types) => types.includes('integer'))
    const types = narrowed ? [...common, 'integer' as const] : common
    return [...types].sort((a, b) => Number(a === 'null') - Number(b === 'null'))
  }
  const keywords = new Set(nodes.flatMap((node) => Object.keys(node)))
  const hasKeyword = (...names: (keyof SchemaNode)[]): boolean =>
    names.some((name) => keywords.has(name))
  const guesses: JsonType[] = []
  if (
    hasKeyword(
      'properties',
      'required',
      'patternProperties',
      'additionalProperties',
      'minProperties',
    )
  )
    guesses.push('object')
  if (hasKeyword('tuple', 'items', 'minItems', 'contains')) guesses.push('array')
  if (hasKeyword('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'))
    guesses.push('number')
  return [...guesses, 'string', 'number', 'object', 'array', 'boolean', 'null']
}

function* stringCandidates(
  nodes: readonly SchemaNode[],
  { hint, variant }: SampleContext,
): Generator {
  const suffix = variant === 0 ? '' : ` ${variant + 1}`
  const least = Math.max(0, ...nodes.map((node) => node.minLength ?? 0))
  const most = Math.min(...nodes.map((node) => node.maxLength ?? Infinity))
  if (least > 10_000) return
  for (const { format, pattern } of nodes) {
    const formatted = sampleOfFormat(format)
    if (formatted !== undefined) yield formatted
    const matching = pattern === undefined ? undefined : sampleOfPattern(pattern.source)
    if (matching === undefined) continue
    yield matching
    const last = matching.slice(-1)
    yield matching + last.repeat(Math.max(0, least - matching.length))
  }
  const words = hint
    .replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase()
  const text = `${words === '' ? 'text' : words}${suffix}`
  yield text.length >= least ? text.slice(0, most) : text.padEnd(least, '.')
  yield 'a'.repeat(Math.max(least, Math.min(1, most)))
  yield ''
}

/** Without the rounding errors of binary fractions: 3 × 0.1 is 0.3. */
function multipleOf(step: number, count: number): number {
  const product = count * step
  return Number.isInteger(step) ? product : Number(product.toPrecision(15))
}

function* numberCandidates(
  nodes: readonly SchemaNode[],
  isInteger: boolean,
  { variant }: SampleContext,
): Generator {
  const lowest = Math.max(
    ...nodes.flatMap(({ minimum, exclusiveMinimum }) => [
      minimum ?? -Infinity,
      exclusiveMinimum ?? -Infinity,
    ]),
  )
  const highest = Math.min(
    ...nodes.flatMap(({ maximum, exclusiveMaximum }) => [
      maximum ?? Infinity,
      exclusiveMaximum ?? Infinity,
    ]),
  )
  const steps = nodes.flatMap((node) => node.multipleOf ?? [])
  const step = steps[0] ?? 1
  const base = Number.isFinite(lowest) ? lowest : Number.isFinite(highest) ? highest - step : 0
  const count = Math.ceil(base / step)
  const candidates = [
    1 + variant,
    variant,
    base,
    multipleOf(step, count + variant),
    multipleOf(step, count + variant + 1),
    highest,
  ]
  if (Number.isFinite(lowest) && Number.isFinite(highest)) candidates.push((lowest + highest) / 2)
  for (const candidate of candidates) {
    if (Number.isFinite(candidate) && (!isInteger || Number.isInteger(candidate))) yield candidate
  }
}

/** The first of the given examples that matches the schema, otherwise a generated value. */
export function exampleOf(
  schema: Schema,
  examples: readonly unknown[],
  resolve: ResolveSchema,
  hint = '',
): Sample | undefined {
  const found = withBudget(resolve, (limited) =>
    examples.find((example) => isValidValue(schema, example, limited)),
  )
  if (found !== undefined) return { value: found }
  return withBudget(resolve, (limited) => sample(schema, limited, hint))
}

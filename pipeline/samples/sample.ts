import {
  isReference,
  UNDOCUMENTED,
  type JsonType,
  type Schema,
  type SchemaNode,
} from '../models/schema'
import { sampleOfFormat } from './formats'
import { holds, withinLimits, type Resolve } from './holds'
import { textOfPattern } from './pattern-text'

/** A made-up value, in an object: `undefined` says that none was found. */
export interface Sample {
  readonly value: unknown
}

/** Depth from which optional properties are left out. */
const DEEP = 3
/** Depth at which a schema that contains itself is given up. */
const TOO_DEEP = 12
/** How many ways through `oneOf` and `anyOf` are tried at each place. */
const WAYS = 24

interface Place {
  /** What a text stands for: the name of the property, else nothing. */
  readonly hint: string
  readonly depth: number
  /** Counts the items of an array that have to differ. */
  readonly variant: number
}

/**
 * A value that meets the schema, from its examples, its default and its only values where it has them, else made of what
 * the schema asks for. The same schema gives the same value.
 */
export function sample(schema: Schema, resolve: Resolve, hint = ''): Sample | undefined {
  return new Sampler(resolve).make([schema], { hint, depth: 0, variant: 0 })
}

/** Values that are tried before the search is given up. */
const MAX_TRIES = 5000

/** Most properties that an object is filled up with to reach its `minProperties`. */
const MAX_EXTRA = 50

class Sampler {
  readonly #resolve: Resolve
  #tries = 0

  constructor(resolve: Resolve) {
    this.#resolve = resolve
  }

  /** A value that meets all of the schemas. */
  make(schemas: readonly Schema[], place: Place): Sample | undefined {
    this.#tries += 1
    if (place.depth > TOO_DEEP || this.#tries > MAX_TRIES) return undefined
    const meets = (value: unknown): boolean =>
      schemas.every((schema) => holds(schema, value, this.#resolve))
    for (const nodes of this.#ways(schemas)) {
      for (const value of this.#candidates(nodes, place)) {
        if (meets(value)) return { value }
        this.#tries += 1
        if (this.#tries > MAX_TRIES) return undefined
      }
    }
    return undefined
  }

  /** The schemas taken apart, once for each choice among alternatives: then all nodes of a way have to be met at once. */
  #ways(schemas: readonly Schema[]): SchemaNode[][] {
    let ways: SchemaNode[][] = [[]]
    const add = (schema: Schema, depth: number): void => {
      if (schema === false || depth > TOO_DEEP) ways = []
      if (typeof schema === 'boolean') return
      if (isReference(schema)) {
        const target = this.#resolve(schema.reference)
        if (target !== undefined) add(target, depth + 1)
        return
      }
      ways = ways.map((way) => [...way, schema])
      schema.allOf?.forEach((part) => add(part, depth + 1))
      for (const branches of [schema.oneOf, schema.anyOf, conditional(schema)]) {
        if (branches === undefined) continue
        const before = ways
        ways = branches
          .flatMap((branch) => {
            ways = before
            add(branch, depth + 1)
            return ways
          })
          .slice(0, WAYS)
      }
    }
    schemas.forEach((schema) => add(schema, 0))
    return ways
  }

  *#candidates(nodes: readonly SchemaNode[], place: Place): Generator {
    if (place.variant === 0) {
      for (const { documentation } of nodes) {
        yield* documentation.examples ?? []
        if (documentation.default !== undefined) yield documentation.default.value
      }
    }
    const values = nodes.flatMap((node) => node.values ?? [])
    yield* values.slice(place.variant)
    for (const type of typesOf(nodes)) {
      if (type === 'object') yield* this.#objects(nodes, place)
      else if (type === 'array') yield* this.#arrays(nodes, place)
      else if (type === 'string') yield* texts(nodes, place)
      else if (type === 'boolean') yield* [place.variant % 2 === 0, place.variant % 2 !== 0]
      else if (type === 'null') yield null
      else yield* numbers(nodes, type === 'integer', place)
    }
  }

  /** With the optional properties, then without them. */
  *#objects(nodes: readonly SchemaNode[], place: Place): Generator {
    const required = new Set(nodes.flatMap((node) => node.required ?? []))
    const declared = nodes.flatMap((node) => (node.properties ?? []).map(({ name }) => name))
    const wanted = [...new Set([...declared, ...required])]
    const full = this.#object(
      nodes,
      place.depth >= DEEP ? wanted.filter((name) => required.has(name)) : wanted,
      required,
      place,
    )
    if (full !== undefined) yield full
    const least = Math.max(0, ...nodes.map((node) => node.minProperties ?? 0))
    if (least > MAX_EXTRA) return
    const extra = Array.from({ length: least }, (_, index) => `key${index + 1}`)
    for (const names of [
      [...required],
      [...wanted, ...extra].slice(0, Math.max(least, required.size)),
    ]) {
      const made = this.#object(nodes, names, required, place)
      if (made !== undefined) yield made
    }
  }

  #object(
    nodes: readonly SchemaNode[],
    names: readonly string[],
    required: ReadonlySet<string>,
    place: Place,
  ): object | undefined {
    const entries: [string, unknown][] = []
    for (const name of names) {
      const made = this.make(propertySchemas(nodes, name), {
        hint: name,
        depth: place.depth + 1,
        variant: place.variant,
      })
      if (made !== undefined) entries.push([name, made.value])
      else if (required.has(name)) return undefined
    }
    return Object.fromEntries(entries)
  }

  *#arrays(nodes: readonly SchemaNode[], place: Place): Generator {
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
          hint: place.hint,
          depth: place.depth + 1,
          variant: place.variant + (differ ? index : 0),
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
      holds({ documentation: UNDOCUMENTED, pattern }, name, () => undefined),
    )
    const own = [...declared, ...patterns].map(({ schema }) => schema)
    return own.length > 0 ? own : [node.additionalProperties ?? true]
  })
}

function itemSchemas(nodes: readonly SchemaNode[], index: number): Schema[] {
  return nodes.map((node) => node.tuple?.[index] ?? node.items ?? true)
}

/** The branches of `if`, as alternatives; without a condition there are none. */
function conditional(schema: SchemaNode): Schema[] | undefined {
  if (schema.if === undefined) return undefined
  return [
    { documentation: UNDOCUMENTED, allOf: [schema.if, schema.then ?? true] },
    schema.else ?? true,
  ]
}

/** Types that the value may have, likely ones first: what the nodes say, or what their keywords are about. */
function typesOf(nodes: readonly SchemaNode[]): readonly JsonType[] {
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
  const speaksOf = (...names: (keyof SchemaNode)[]): boolean =>
    names.some((name) => keywords.has(name))
  const guesses: JsonType[] = []
  if (
    speaksOf('properties', 'required', 'patternProperties', 'additionalProperties', 'minProperties')
  )
    guesses.push('object')
  if (speaksOf('tuple', 'items', 'minItems', 'contains')) guesses.push('array')
  if (speaksOf('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'))
    guesses.push('number')
  return [...guesses, 'string', 'number', 'object', 'array', 'boolean', 'null']
}

function* texts(nodes: readonly SchemaNode[], { hint, variant }: Place): Generator {
  const suffix = variant === 0 ? '' : ` ${variant + 1}`
  const least = Math.max(0, ...nodes.map((node) => node.minLength ?? 0))
  const most = Math.min(...nodes.map((node) => node.maxLength ?? Infinity))
  if (least > 10_000) return
  for (const { format, pattern } of nodes) {
    const formatted = sampleOfFormat(format)
    if (formatted !== undefined) yield formatted
    const matching = pattern === undefined ? undefined : textOfPattern(pattern.source)
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

function* numbers(nodes: readonly SchemaNode[], whole: boolean, { variant }: Place): Generator {
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
  const first = Math.ceil(base / step) * step
  const candidates = [
    1 + variant,
    variant,
    base,
    first + variant * step,
    first + (variant + 1) * step,
    highest,
  ]
  if (Number.isFinite(lowest) && Number.isFinite(highest)) candidates.push((lowest + highest) / 2)
  for (const candidate of candidates) {
    if (Number.isFinite(candidate) && (!whole || Number.isInteger(candidate))) yield candidate
  }
}

/** The first of the given examples that meets the schema, else a made-up value. */
export function exampleOf(
  schema: Schema,
  examples: readonly unknown[],
  resolve: Resolve,
  hint = '',
): Sample | undefined {
  const found = withinLimits(resolve, (limited) =>
    examples.find((example) => holds(schema, example, limited)),
  )
  if (found !== undefined) return { value: found }
  return withinLimits(resolve, (limited) => sample(schema, limited, hint))
}

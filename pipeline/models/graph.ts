import type { Names } from '../../filters/naming'
import { isRawSchema, parts, type RawSchema } from './raw-schema'

/** A schema that becomes a module of its own. */
export interface NamedSchema {
  readonly name: string
  readonly raw: RawSchema
  readonly pointer: string
}

export interface Root {
  /** Name that the schema gets, unless it is a shared one with a name of its own. */
  readonly name: string
  readonly schema: unknown
  readonly pointer: string
  /** Whether the module of this name is the schema's own. */
  readonly owns: boolean
}

/**
 * Finds the schemas that get modules: those of the roots, shared ones of `components`, and those without a name that contain
 * themselves. Everything else is written where it stands.
 */
export function findNamed(
  roots: readonly Root[],
  components: ReadonlyMap<object, string>,
  names: Names,
): ReadonlyMap<RawSchema, NamedSchema> {
  const named = new Map<RawSchema, NamedSchema>()
  const owners = new Map<RawSchema, Root>()
  for (const root of roots) {
    if (!root.owns || !isRawSchema(root.schema)) continue
    const component = components.get(root.schema)
    const first = owners.get(root.schema)
    // A shared schema belongs to the message of the same name, if there is one.
    const better = component !== undefined && sameName(component, root.name)
    if (first === undefined || (better && !sameName(component, first.name))) {
      owners.set(root.schema, root)
    }
  }
  const found = walk(roots, components)
  for (const raw of found.shared) {
    const component = components.get(raw) ?? ''
    const owner = owners.get(raw)
    const pointer = `#/components/schemas/${escape(component)}`
    const name =
      owner !== undefined && sameName(component, owner.name)
        ? owner.name
        : names.claim(component, 'Schema')
    named.set(raw, { name, raw, pointer })
  }
  for (const [raw, { name, pointer }] of owners) {
    if (!named.has(raw)) named.set(raw, { name, raw, pointer })
  }
  for (const { raw, words, pointer } of found.recursive) {
    if (!named.has(raw)) named.set(raw, { name: names.claim(words), raw, pointer })
  }
  return named
}

interface Found {
  readonly shared: readonly RawSchema[]
  readonly recursive: readonly { raw: RawSchema; words: string; pointer: string }[]
}

/** Every schema below the roots, each once, in document order. */
function walk(roots: readonly Root[], components: ReadonlyMap<object, string>): Found {
  const shared = new Set<RawSchema>()
  const recursive = new Map<RawSchema, { raw: RawSchema; words: string; pointer: string }>()
  const seen = new Set<RawSchema>()
  const open = new Map<RawSchema, { words: string; pointer: string }>()
  const visit = (raw: RawSchema, words: string, pointer: string): void => {
    const component = components.get(raw)
    if (component !== undefined) shared.add(raw)
    const outer = open.get(raw)
    if (outer !== undefined) {
      if (component === undefined) recursive.set(raw, { raw, ...outer })
      return
    }
    if (seen.has(raw)) return
    seen.add(raw)
    const here = component ?? words
    open.set(raw, { words: here, pointer })
    for (const { schema, path, word } of parts(raw)) {
      visit(schema as RawSchema, `${here} ${word}`, `${pointer}/${path.map(escape).join('/')}`)
    }
    open.delete(raw)
  }
  for (const { schema, name, pointer } of roots) {
    if (isRawSchema(schema)) visit(schema, name, pointer)
  }
  return { shared: [...shared], recursive: [...recursive.values()] }
}

function sameName(component: string, name: string): boolean {
  const plain = (text: string): string => text.replaceAll(/[^\p{L}\p{N}]/gu, '').toLowerCase()
  return plain(component) === plain(name)
}

/** One segment of a JSON pointer (RFC 6901). */
function escape(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1')
}

/**
 * Which schemas speak about the same value as others: along `allOf`, `anyOf`, `oneOf`, `not`, `if`… only. A schema that
 * reaches itself this way would make a type, or a validator, that never ends.
 */
export class SameValue {
  readonly #named: ReadonlyMap<RawSchema, NamedSchema>
  readonly #direct = new Map<RawSchema, ReadonlySet<RawSchema>>()
  readonly #references = new Map<RawSchema, Set<RawSchema>>()

  constructor(named: ReadonlyMap<RawSchema, NamedSchema>) {
    this.#named = named
  }

  /** Whether `from` comes to `to` by one step or more. */
  reaches(from: RawSchema, to: RawSchema): boolean {
    return search(from, to, (raw) => this.#next(raw))
  }

  /** Notes that a module refers to another one for the same value; refuses where that would close a circle. */
  refer(from: RawSchema, to: RawSchema): boolean {
    const next = (raw: RawSchema): Iterable<RawSchema> => this.#references.get(raw) ?? []
    if (from === to || search(to, from, next)) return false
    this.#references.set(from, (this.#references.get(from) ?? new Set()).add(to))
    return true
  }

  /** Named schemas that one reaches without another named one between. */
  #next(raw: RawSchema): ReadonlySet<RawSchema> {
    const known = this.#direct.get(raw)
    if (known !== undefined) return known
    const found = new Set<RawSchema>()
    const seen = new Set<RawSchema>()
    const visit = (outer: RawSchema): void => {
      if (seen.has(outer)) return
      seen.add(outer)
      for (const { schema, same } of parts(outer)) {
        if (!same) continue
        if (this.#named.has(schema as RawSchema)) found.add(schema as RawSchema)
        else visit(schema as RawSchema)
      }
    }
    visit(raw)
    this.#direct.set(raw, found)
    return found
  }
}

function search(
  from: RawSchema,
  to: RawSchema,
  next: (raw: RawSchema) => Iterable<RawSchema>,
): boolean {
  const seen = new Set<RawSchema>()
  const queue = [...next(from)]
  for (let raw = queue.pop(); raw !== undefined; raw = queue.pop()) {
    if (raw === to) return true
    if (seen.has(raw)) continue
    seen.add(raw)
    queue.push(...next(raw))
  }
  return false
}

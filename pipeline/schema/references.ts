import type { NameRegistry } from '../../filters/naming'
import { appendToPointer, jsonPointer } from '../json-pointer'
import { shortNames } from '../short-names'
import { isRawSchema, subschemas, type RawSchema } from './raw-schema'

/** A schema with its own module. */
export interface NamedSchema {
  readonly name: string
  readonly raw: RawSchema
  readonly pointer: string
}

export interface SchemaRoot {
  /** Name for the schema, unless it is a shared schema with its own name. */
  readonly name: string
  /** Name in the document, if it is not `name`. */
  readonly wantedName?: string
  readonly schema: unknown
  readonly pointer: string
  /** Whether the schema owns the module with this name. */
  readonly ownsModule: boolean
}

/**
 * Finds the schemas with their own modules: root schemas, shared schemas of `components`, and recursive schemas without
 * a name. All other schemas are inlined.
 */
export function collectModules(
  roots: readonly SchemaRoot[],
  components: ReadonlyMap<object, string>,
  registry: NameRegistry,
): ReadonlyMap<RawSchema, NamedSchema> {
  const named = new Map<RawSchema, NamedSchema>()
  const shortName = shortNames(components.values())
  const owners = new Map<RawSchema, SchemaRoot>()
  for (const root of roots) {
    if (!root.ownsModule || !isRawSchema(root.schema)) continue
    const component = components.get(root.schema)
    const first = owners.get(root.schema)
    // A shared schema belongs to the message with the same name, if there is one.
    const better = component !== undefined && isNameOf(root, shortName(component))
    if (first === undefined || (better && !isNameOf(first, shortName(component)))) {
      owners.set(root.schema, root)
    }
  }
  const found = walkSchemas(
    roots,
    new Map([...components].map(([schema, name]) => [schema, shortName(name)])),
  )
  for (const raw of found.shared) {
    const component = components.get(raw) ?? ''
    const owner = owners.get(raw)
    const pointer = jsonPointer('components', 'schemas', component)
    const name =
      owner !== undefined && isNameOf(owner, shortName(component))
        ? owner.name
        : registry.allocate(shortName(component), 'Schema')
    named.set(raw, { name, raw, pointer })
  }
  for (const [raw, { name, pointer }] of owners) {
    if (!named.has(raw)) named.set(raw, { name, raw, pointer })
  }
  for (const { raw, namePath, pointer } of found.recursive) {
    if (!named.has(raw)) named.set(raw, { name: registry.allocate(namePath), raw, pointer })
  }
  return named
}

interface FoundSchemas {
  readonly shared: readonly RawSchema[]
  readonly recursive: readonly { raw: RawSchema; namePath: string; pointer: string }[]
}

/** Visits every schema below the roots once, in document order. */
function walkSchemas(
  roots: readonly SchemaRoot[],
  components: ReadonlyMap<object, string>,
): FoundSchemas {
  const shared = new Set<RawSchema>()
  const recursive = new Map<RawSchema, { raw: RawSchema; namePath: string; pointer: string }>()
  const seen = new Set<RawSchema>()
  const open = new Map<RawSchema, { namePath: string; pointer: string }>()
  const visit = (raw: RawSchema, namePath: string, pointer: string): void => {
    const component = components.get(raw)
    if (component !== undefined) shared.add(raw)
    const outer = open.get(raw)
    if (outer !== undefined) {
      if (component === undefined) recursive.set(raw, { raw, ...outer })
      return
    }
    if (seen.has(raw)) return
    seen.add(raw)
    const here = component ?? namePath
    open.set(raw, { namePath: here, pointer })
    for (const { schema, path, nameSuffix } of subschemas(raw)) {
      visit(schema as RawSchema, `${here} ${nameSuffix}`, appendToPointer(pointer, path))
    }
    open.delete(raw)
  }
  for (const { schema, name, pointer } of roots) {
    if (isRawSchema(schema)) visit(schema, name, pointer)
  }
  return { shared: [...shared], recursive: [...recursive.values()] }
}

function isNameOf({ name, wantedName = name }: SchemaRoot, component: string): boolean {
  const plain = (text: string): string => text.replaceAll(/[^\p{L}\p{N}]/gu, '').toLowerCase()
  return plain(component) === plain(wantedName)
}

/**
 * Tracks schemas that apply to the same value: only through `allOf`, `anyOf`, `oneOf`, `not`, `if`, and so on. A schema
 * that reaches itself this way would make an infinite type or validator.
 */
export class InPlaceReferences {
  readonly #named: ReadonlyMap<RawSchema, NamedSchema>
  readonly #cache = new Map<RawSchema, ReadonlySet<RawSchema>>()
  readonly #references = new Map<RawSchema, Set<RawSchema>>()

  constructor(named: ReadonlyMap<RawSchema, NamedSchema>) {
    this.#named = named
  }

  /** Whether `from` reaches `to` in one or more steps. */
  reaches(from: RawSchema, to: RawSchema): boolean {
    return isReachable(from, to, (raw) => this.#directReferences(raw))
  }

  /** Records that a module references another module for the same value; returns false if that would close a cycle. */
  tryAdd(from: RawSchema, to: RawSchema): boolean {
    const next = (raw: RawSchema): Iterable<RawSchema> => this.#references.get(raw) ?? []
    if (from === to || isReachable(to, from, next)) return false
    this.#references.set(from, (this.#references.get(from) ?? new Set()).add(to))
    return true
  }

  /** Named schemas that are reachable without another named schema in between. */
  #directReferences(raw: RawSchema): ReadonlySet<RawSchema> {
    const known = this.#cache.get(raw)
    if (known !== undefined) return known
    const found = new Set<RawSchema>()
    const seen = new Set<RawSchema>()
    const visit = (outer: RawSchema): void => {
      if (seen.has(outer)) return
      seen.add(outer)
      for (const { schema, isInPlace } of subschemas(outer)) {
        if (!isInPlace) continue
        if (this.#named.has(schema as RawSchema)) found.add(schema as RawSchema)
        else visit(schema as RawSchema)
      }
    }
    visit(raw)
    this.#cache.set(raw, found)
    return found
  }
}

function isReachable(
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

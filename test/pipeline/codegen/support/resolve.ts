/**
 * Resolves the references of a single JSON schema to shared objects, as the AsyncAPI parser does with a document:
 * the same object where the same schema is meant, cycles included. `$id` (draft 7, core §8.2) is honored.
 */
export function resolveSchema(
  root: unknown,
  remotes: Readonly<Record<string, unknown>> = {},
): unknown {
  const byId = new Map<string, Located>()
  for (const [uri, schema] of Object.entries(remotes)) index(schema, uri, uri, byId)
  index(root, ROOT, ROOT, byId)
  return copy(root, ROOT, byId, new Map())
}

const ROOT = 'https://root.example/schema.json'

interface Located {
  readonly schema: unknown
  /** URI that relative references inside are resolved against. */
  readonly base: string
}

const MAPS = ['properties', 'patternProperties', 'definitions', 'dependencies']
const DATA = ['enum', 'const', 'default', 'examples']

/** Every schema by its `$id`s, without the empty fragment. */
function index(schema: unknown, base: string, uri: string, byId: Map<string, Located>): void {
  if (!isRecord(schema)) return
  const own = typeof schema['$ref'] === 'string' ? undefined : schema['$id']
  const here = typeof own === 'string' ? resolve(own, base) : base
  if (typeof own === 'string') byId.set(bare(here), { schema, base: withoutFragment(here) })
  if (uri !== '') byId.set(bare(uri), { schema, base: withoutFragment(here) })
  for (const [inner] of inside(schema)) index(inner, withoutFragment(here), '', byId)
}

function copy(
  schema: unknown,
  base: string,
  byId: Map<string, Located>,
  done: Map<unknown, unknown>,
): unknown {
  if (!isRecord(schema)) return schema
  if (typeof schema['$ref'] === 'string') {
    const target = find(schema['$ref'], base, byId)
    return copy(target.schema, target.base, byId, done)
  }
  const known = done.get(schema)
  if (known !== undefined) return known
  const own = schema['$id']
  const here = typeof own === 'string' ? withoutFragment(resolve(own, base)) : base
  const result: Record<string, unknown> = {}
  done.set(schema, result)
  for (const [key, value] of Object.entries(schema)) {
    if (key === '$id' || key === 'definitions') continue
    define(result, key, copyMember(key, value, here, byId, done))
  }
  return result
}

function copyMember(
  key: string,
  value: unknown,
  base: string,
  byId: Map<string, Located>,
  done: Map<unknown, unknown>,
): unknown {
  if (DATA.includes(key)) return value
  if (Array.isArray(value)) return value.map((item) => copy(item, base, byId, done))
  if (MAPS.includes(key) && isRecord(value)) {
    const map: Record<string, unknown> = {}
    for (const [name, member] of Object.entries(value)) {
      define(map, name, Array.isArray(member) ? member : copy(member, base, byId, done))
    }
    return map
  }
  return copy(value, base, byId, done)
}

function find(reference: string, base: string, byId: Map<string, Located>): Located {
  const uri = resolve(reference, base)
  const whole = byId.get(bare(uri))
  if (whole !== undefined) return whole
  const [file = '', fragment = ''] = uri.split(/#(.*)/s)
  let located = byId.get(file)
  if (located === undefined) throw new Error(`cannot resolve ${reference}`)
  for (const segment of decodeURIComponent(fragment).split('/').slice(1)) {
    const key = segment.replaceAll('~1', '/').replaceAll('~0', '~')
    const inner: unknown = (located.schema as Record<string, unknown>)[key]
    const id = isRecord(inner) && typeof inner['$ref'] !== 'string' ? inner['$id'] : undefined
    located = {
      schema: inner,
      base: typeof id === 'string' ? withoutFragment(resolve(id, located.base)) : located.base,
    }
  }
  return located
}

/** Direct subschemas, with their keys. */
function inside(schema: Record<string, unknown>): [unknown, string][] {
  return Object.entries(schema).flatMap(([key, value]): [unknown, string][] => {
    if (DATA.includes(key)) return []
    if (Array.isArray(value)) return value.map((item) => [item, key])
    if (MAPS.includes(key) && isRecord(value)) {
      return Object.values(value).map((member) => [member, key])
    }
    return [[value, key]]
  })
}

function resolve(reference: string, base: string): string {
  if (/^urn:/i.test(reference)) return reference
  if (reference.startsWith('#')) return withoutFragment(base) + reference
  return new URL(reference, base).href
}

function withoutFragment(uri: string): string {
  return uri.replace(/#.*$/s, '')
}

function bare(uri: string): string {
  return uri.replace(/#$/, '')
}

function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

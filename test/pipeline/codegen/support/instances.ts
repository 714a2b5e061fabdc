/** A schema of a parsed document: references are shared objects, cycles included. */
export type RawSchema = Readonly<Record<string, unknown>>

/** The same schema with `$ref`s, as other tools read it. */
export function withReferences(root: unknown): unknown {
  const names = new Map<object, string>()
  const definitions: Record<string, unknown> = {}
  const visit = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(visit)
    const known = names.get(value)
    if (known !== undefined) return { $ref: `#/definitions/${known}` }
    const name = `d${names.size}`
    names.set(value, name)
    const copy: Record<string, unknown> = {}
    definitions[name] = copy
    for (const [key, member] of Object.entries(value)) {
      // What the parser and extensions add is no part of the schema.
      if (key.startsWith('x-') || key === 'examples' || key === '$id' || key === 'discriminator')
        continue
      Object.defineProperty(copy, key, {
        value: isMap(key) ? mapOf(member, visit) : isData(key) ? member : visit(member),
        enumerable: true,
        configurable: true,
        writable: true,
      })
    }
    return { $ref: `#/definitions/${name}` }
  }
  const schema = visit(root)
  return typeof schema === 'object' && schema !== null ? { ...schema, definitions } : schema
}

const isMap = (key: string): boolean =>
  ['properties', 'patternProperties', 'dependencies'].includes(key)
const isData = (key: string): boolean => ['enum', 'const', 'default'].includes(key)

function mapOf(value: unknown, visit: (value: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, visit(member)]))
}

const MAX_DEPTH = 6

/** A value that tries to follow a schema. */
export function instance(schema: unknown, random: () => number, depth = 0): unknown {
  if (typeof schema !== 'object' || schema === null) return 'anything'
  const raw = schema as RawSchema
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]
  if (Object.hasOwn(raw, 'const')) return raw['const']
  if (Array.isArray(raw['enum'])) return pick(raw['enum'] as unknown[])
  for (const keyword of ['oneOf', 'anyOf']) {
    const list = raw[keyword]
    if (Array.isArray(list) && depth < MAX_DEPTH) {
      const rest = Object.fromEntries(Object.entries(raw).filter(([name]) => name !== keyword))
      return merge(instance(pick(list), random, depth + 1), instance(rest, random, depth))
    }
  }
  if (Array.isArray(raw['allOf']) && depth < MAX_DEPTH) {
    const { allOf, ...rest } = raw
    return (allOf as unknown[]).reduce<unknown>(
      (value, one) => merge(value, instance(one, random, depth + 1)),
      instance(rest, random, depth),
    )
  }
  const { type } = raw
  const chosen = Array.isArray(type) ? pick(type as string[]) : type
  switch (chosen ?? (raw['properties'] === undefined ? 'none' : 'object')) {
    case 'string':
      return text(raw, random)
    case 'integer':
    case 'number':
      return number(raw, chosen === 'integer', random)
    case 'boolean':
      return random() < 0.5
    case 'null':
      return null
    case 'array':
      return array(raw, random, depth)
    case 'object':
      return object(raw, random, depth)
    default:
      return undefined
  }
}

function merge(a: unknown, b: unknown): unknown {
  if (a === undefined) return b
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a
  return Array.isArray(a) || Array.isArray(b) ? a : { ...a, ...b }
}

const TEXTS: Readonly<Record<string, string>> = {
  'date-time': '2024-05-06T07:08:09Z',
  date: '2024-05-06',
  time: '07:08:09Z',
  email: 'ada@example.com',
  uuid: '123e4567-e89b-12d3-a456-426614174000',
  uri: 'https://example.com/a',
  ipv4: '1.2.3.4',
  hostname: 'example.com',
  duration: 'P1D',
}

/** Texts that meet the patterns that people write. */
const SAMPLES = [
  ...[
    'abc',
    'ABC',
    'US',
    'abc-1',
    'A1',
    '1',
    '12',
    '123',
    '1234',
    '12345',
    '12345678',
    'ORD-12345678',
  ],
  ...[
    'a'.repeat(64),
    'a'.repeat(32),
    '0'.repeat(40),
    '+15551234567',
    '1.2.3',
    '12.50',
    '#aabbcc',
    '/a/b',
  ],
  ...['a@b.cd', 'https://example.com/a', '2024-05-06', 'urn:a:b', 'en-US', '00:11:22:33:44:55'],
]

function text(raw: RawSchema, random: () => number): string {
  const example = Array.isArray(raw['examples'])
    ? (raw['examples'] as unknown[])[0]
    : raw['example']
  if (typeof example === 'string') return example
  const known = TEXTS[String(raw['format'])]
  if (known !== undefined) return known
  const { pattern } = raw
  if (typeof pattern === 'string') {
    return SAMPLES.find((sample) => new RegExp(pattern).test(sample)) ?? 'text'
  }
  const least = Number(raw['minLength'] ?? 0)
  const most = Number(raw['maxLength'] ?? least + 6)
  return 'abcdefghij'.repeat(10).slice(0, Math.max(least, Math.floor(random() * (most + 1))))
}

function number(raw: RawSchema, whole: boolean, random: () => number): number {
  const least = Number(raw['minimum'] ?? raw['exclusiveMinimum'] ?? 0)
  const most = Number(raw['maximum'] ?? raw['exclusiveMaximum'] ?? least + 100)
  const value = least + random() * (most - least)
  return whole ? Math.ceil(value) : value
}

function array(raw: RawSchema, random: () => number, depth: number): unknown[] {
  const { items } = raw
  if (Array.isArray(items)) return items.map((item) => instance(item, random, depth + 1))
  const least = Number(raw['minItems'] ?? 0)
  const length = depth > MAX_DEPTH ? least : least + Math.floor(random() * 3)
  return Array.from({ length }, () => instance(items, random, depth + 1) ?? 'x')
}

function object(raw: RawSchema, random: () => number, depth: number): object {
  const required = Array.isArray(raw['required']) ? (raw['required'] as unknown[]) : []
  const value: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries((raw['properties'] ?? {}) as RawSchema)) {
    const isWanted = required.includes(name) || (random() < 0.7 && depth < MAX_DEPTH)
    if (isWanted) value[name] = instance(schema, random, depth + 1) ?? 'x'
  }
  const others = raw['additionalProperties']
  if (typeof others === 'object' && depth < MAX_DEPTH) {
    value['other'] = instance(others, random, depth + 1) ?? 'x'
  }
  return value
}

const REPLACEMENTS: readonly unknown[] = ['text', 12345, true, null, [], {}, ['a', 1], { a: 'b' }]

/** The same value with one part replaced, left out or added. */
export function changed(value: unknown, random: () => number): unknown {
  const isArray = Array.isArray(value)
  if (typeof value !== 'object' || value === null || random() < 0.1) {
    return REPLACEMENTS[Math.floor(random() * REPLACEMENTS.length)]
  }
  const keys = Object.keys(value)
  const key = keys[Math.floor(random() * keys.length)]
  if (key === undefined) return isArray ? [null] : { unknown: null }
  const copy = structuredClone(value) as Record<string, unknown>
  if (!isArray && random() < 0.3) {
    return Object.fromEntries(Object.entries(copy).filter(([name]) => name !== key))
  }
  copy[key] = changed(copy[key], random)
  return copy
}

/** A schema object of the parsed document: any JSON, references resolved to shared objects, so that it may have cycles. */
export type RawSchema = Readonly<Record<string, unknown>>

export function isRawSchema(value: unknown): value is RawSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A schema inside another one. */
export interface Part {
  readonly schema: unknown
  /** Where it stands, as path from the outer schema. */
  readonly path: readonly string[]
  /** What it is called, where it needs a name: added to the outer one's. */
  readonly word: string
  /** Whether it is about the same value as the outer schema, not about a property or an item of it. */
  readonly same: boolean
}

const SINGLE = {
  additionalProperties: 'Value',
  propertyNames: 'Name',
  additionalItems: 'Item',
  contains: 'Item',
} as const

/** All schemas that stand directly inside one, in the order in which people read them. */
export function parts(schema: RawSchema): Part[] {
  const found: Part[] = []
  const add = (value: unknown, path: readonly string[], word: string, same = false): void => {
    if (isRawSchema(value)) found.push({ schema: value, path, word, same })
  }
  for (const [name, member] of members(schema['properties']))
    add(member, ['properties', name], name)
  for (const [name, member] of members(schema['patternProperties'])) {
    add(member, ['patternProperties', name], 'Value')
  }
  const items = schema['items']
  if (Array.isArray(items)) {
    items.forEach((item, index) => {
      add(item, ['items', String(index)], `Item${index + 1}`)
    })
  } else {
    add(items, ['items'], 'Item')
  }
  for (const [keyword, word] of Object.entries(SINGLE)) add(schema[keyword], [keyword], word)
  for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
    const list = schema[keyword]
    if (!Array.isArray(list)) continue
    list.forEach((item, index) => {
      add(item, [keyword, String(index)], `Option${index + 1}`, true)
    })
  }
  for (const keyword of ['not', 'if', 'then', 'else']) {
    add(schema[keyword], [keyword], keyword, true)
  }
  for (const [name, member] of members(schema['dependencies'])) {
    add(member, ['dependencies', name], name, true)
  }
  return found
}

export function members(value: unknown): [string, unknown][] {
  return isRawSchema(value) ? Object.entries(value) : []
}

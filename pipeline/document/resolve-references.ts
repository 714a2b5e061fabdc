import type { AsyncAPIDocumentInterface } from '@asyncapi/parser'
import { asArray, asObject, isJsonObject, objectEntries, type JsonObject } from '../json'
import { unescapeSegment } from '../json-pointer'
import type { SourceDocument } from './document'

/**
 * Replaces the references that the parser leaves by their targets, as the parser does with most of them. A document with
 * references to other files keeps the rest: a local reference may be one of another file.
 */
export function resolveReferences(document: AsyncAPIDocumentInterface): void {
  if (hasExternalReferences(document)) return
  const raw = document.json() as JsonObject
  const found = new Set<object>([raw])
  // A set also returns members that are added during the iteration.
  for (const parent of found) {
    for (const [key, value] of Object.entries(parent)) {
      const target = isReference(value) ? targetOf(value.$ref, raw, new Set()) : value
      if (typeof target !== 'object' || target === null) continue
      if (target !== value) replaceMember(parent, key, target)
      found.add(target)
    }
  }
}

/** Also true if the text of the document is unknown. */
function hasExternalReferences(document: AsyncAPIDocumentInterface): boolean {
  const { input } = asObject(document.meta('asyncapi'))
  return typeof input !== 'string' || /\$ref["']?\s*:\s*["']?[^#"'\s]/.test(input)
}

interface Reference {
  readonly $ref: string
}

function isReference(value: unknown): value is Reference {
  return typeof asObject(value)['$ref'] === 'string'
}

/** The target of a local reference, through further references; undefined if there is none, or if they form a loop. */
function targetOf(reference: string, raw: JsonObject, open: Set<string>): object | undefined {
  if (!reference.startsWith('#/') || open.has(reference)) return undefined
  open.add(reference)
  let target: object | undefined = raw
  for (const segment of reference.slice(2).split('/')) {
    const parent: object = target
    const name = [segment, decoded(segment)]
      .map(unescapeSegment)
      .find((key) => Object.hasOwn(parent, key))
    const member: unknown = name === undefined ? undefined : Reflect.get(parent, name)
    if (isReference(member)) target = targetOf(member.$ref, raw, open)
    else target = typeof member === 'object' && member !== null ? member : undefined
    if (target === undefined) break
  }
  open.delete(reference)
  return target
}

/** The text of a URI fragment (RFC 6901 §6). */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/**
 * Replaces the copies of shared schemas by the schemas. The parser copies all objects in a message or an operation that
 * has traits, but not the arrays. Schemas without an object or an array can be equal by chance, so they are kept.
 */
export function restoreSharedSchemas({ raw, channels }: SourceDocument): void {
  const schemas = new Set(
    objectEntries(asObject(raw['components'])['schemas'])
      .map(([, schema]) => schema)
      .filter((schema) =>
        Object.values(schema).some((value) => typeof value === 'object' && value !== null),
      ),
  )
  const byShape = new Map<string, JsonObject[]>()
  for (const schema of schemas) {
    const shape = shapeOf(schema)
    const others = byShape.get(shape)
    if (others === undefined) byShape.set(shape, [schema])
    else others.push(schema)
  }
  const seen = new Set<object>()
  const restore = (parent: JsonObject, key: string): void => {
    const value = parent[key]
    if (!isJsonObject(value) || schemas.has(value) || seen.has(value)) return
    seen.add(value)
    const shared = byShape.get(shapeOf(value))?.find((schema) => isCopy(value, schema))
    if (shared !== undefined) replaceMember(parent, key, shared)
    else for (const name of Object.keys(value)) restore(value, name)
  }
  const owners = channels.flatMap(({ operations, messages }) => [
    ...messages,
    ...operations,
    ...operations.flatMap((operation) => [
      ...operation.messages,
      ...(operation.reply?.messages ?? []),
    ]),
  ])
  for (const owner of new Set(owners.map((one) => one.raw))) {
    if (asArray(owner['traits']).length === 0) continue
    for (const member of ['payload', 'headers', 'bindings']) restore(owner, member)
  }
}

/** Whether a value is what the parser makes of an object: a copy without null, with the same arrays. */
export function isCopy(
  value: unknown,
  original: unknown,
  open: Set<object> = new Set<object>(),
): boolean {
  if (value === original) return true
  if (!isJsonObject(value) || !isJsonObject(original) || open.has(value)) return false
  const names = contentOf(value)
  const expected = contentOf(original)
  if (names.length !== expected.length) return false
  open.add(value)
  const isEqual = expected.every((name) => isCopy(value[name], original[name], open))
  open.delete(value)
  return isEqual
}

/** The names of two levels of members: a copy has those of its original, and few schemas share them. */
function shapeOf(object: JsonObject): string {
  const members = contentOf(object).map((name) => {
    const member = object[name]
    return [name, isJsonObject(member) ? contentOf(member).sort() : null]
  })
  return JSON.stringify(members.sort())
}

/** The names of the members that a copy keeps. */
function contentOf(object: JsonObject): string[] {
  return Object.keys(object).filter(
    (name) => object[name] !== null && !name.startsWith('x-parser-'),
  )
}

/** Assigning to `__proto__` would not set a member. */
function replaceMember(parent: object, name: string, value: object): void {
  Object.defineProperty(parent, name, { value })
}

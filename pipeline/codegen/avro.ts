import { appendToPointer } from '../json-pointer'
import { isRawSchema, type RawSchema } from '../schema/raw-schema'
import type { PayloadRequest } from './requests'

/** Whether the parser converted the payload from Avro to JSON Schema. */
export function isConvertedAvro({
  schemaFormat = '',
  isConverted = false,
}: PayloadRequest): boolean {
  return isConverted && /^application\/vnd\.apache\.avro\b/i.test(schemaFormat)
}

/**
 * Corrects schemas that the parser converted from Avro. A value of a union matches a branch, and may match several: `1` is
 * an `int` and a `double`. The parser writes `oneOf`, which refuses such values.
 */
export class AvroSchemas {
  /** Messages share schemas, and each message with a schema of its own would have a module of its own. */
  readonly #corrected = new Map<unknown, unknown>()
  readonly #note: (message: string) => void

  constructor(note: (message: string) => void) {
    this.#note = note
  }

  correct(schema: unknown, pointer: string): unknown {
    if (!isRawSchema(schema)) return schema
    const known = this.#corrected.get(schema)
    if (known !== undefined) return known
    if (schema['type'] === undefined && schema['oneOf'] === undefined) {
      this.#note(
        `${pointer}: the parser converts a named type of Avro at its first use only, so any value is taken here; write the payload as JSON Schema to check it`,
      )
    }
    const { oneOf, ...others } = schema
    const corrected: Record<string, unknown> = { ...others }
    this.#corrected.set(schema, corrected)
    const inner = (value: unknown, ...path: string[]): unknown =>
      this.correct(value, appendToPointer(pointer, path))
    if (Array.isArray(oneOf)) {
      corrected['anyOf'] = oneOf.map((branch, index) => inner(branch, 'oneOf', String(index)))
    }
    for (const keyword of ['items', 'additionalProperties']) {
      if (keyword in schema) corrected[keyword] = inner(schema[keyword], keyword)
    }
    if (isRawSchema(schema['properties'])) {
      const members = Object.entries(schema['properties'])
      corrected['properties'] = Object.fromEntries(
        members.map(([name, member]) => [name, inner(member, 'properties', name)]),
      )
    }
    return corrected satisfies RawSchema
  }
}

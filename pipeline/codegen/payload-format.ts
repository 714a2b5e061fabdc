import type { ModelRequest, PayloadRequest } from './requests'
import { isRawSchema } from '../schema/raw-schema'

/** Whether a payload is sent as raw text: `contentType: text/*` and a schema of strings. */
export function isRawText({ contentType, schema }: PayloadRequest): boolean {
  if (contentType === undefined || !/^text\/(?!json\b)/i.test(contentType.trim())) return false
  return isStringSchema(schema)
}

/** Whether all values are strings, by the schema or a member of its `allOf`. */
function isStringSchema(schema: unknown, open: ReadonlySet<unknown> = new Set()): boolean {
  if (!isRawSchema(schema) || open.has(schema)) return false
  const { type, allOf } = schema
  if (type !== undefined) return [type].flat().every((one) => one === 'string')
  const values = Array.isArray(schema['enum']) ? schema['enum'] : [schema['const']]
  if (values.every((value) => typeof value === 'string')) return true
  const inner = new Set([...open, schema])
  return Array.isArray(allOf) && allOf.some((part) => isStringSchema(part, inner))
}

/** Schema formats that are equivalent to JSON Schema. */
const JSON_SCHEMA_FORMAT = /^application\/(?:vnd\.aai\.asyncapi|schema|vnd\.oai\.openapi)\b/i

/** Reports schemas that the parser did not convert to JSON Schema, with the remedy. */
export function checkSchemaFormat(
  { schema, schemaFormat, pointer, isConverted = false }: PayloadRequest,
  error: ModelRequest['error'],
): boolean {
  if (!isConverted && schemaFormat !== undefined && !JSON_SCHEMA_FORMAT.test(schemaFormat)) {
    error(
      `${pointer}: the generator has no parser for the schema format "${schemaFormat}"; write the payload as JSON Schema (or, where the generator reads them, as Avro, Protobuf or OpenAPI)`,
    )
    return false
  }
  if (typeof schema === 'boolean' || isRawSchema(schema)) return true
  error(
    `${pointer}: a payload is a schema, not ${schema === null ? 'null' : Array.isArray(schema) ? 'a list' : `a ${typeof schema}`}; write a JSON Schema, or leave the payload out`,
  )
  return false
}

/** Reports content types that are neither JSON nor text: their payloads are sent as JSON nevertheless. */
export function checkContentType(
  { contentType, pointer, schema }: PayloadRequest,
  note: ModelRequest['note'],
): void {
  if (contentType === undefined || /\bjson\b|\+json/i.test(contentType)) return
  // The content type of the stream: it names the framing of events, not their data.
  if (/^text\/event-stream\b/i.test(contentType.trim())) return
  if (isRawText({ contentType, pointer, schema } as PayloadRequest)) return
  note(`${pointer}: the content type "${contentType}" is not JSON; the payload is sent as JSON`)
}

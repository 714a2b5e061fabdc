import type { ModelRequest, PayloadRequest } from './describe-models'
import { isRawSchema, type RawSchema } from './raw-schema'

/** Whether a payload travels as raw text: `contentType: text/*` and a schema of strings. */
export function isText({ contentType, schema }: PayloadRequest): boolean {
  if (contentType === undefined || !/^text\/(?!json\b)/i.test(contentType.trim())) return false
  return isRawSchema(schema) && isOfStrings(schema)
}

function isOfStrings(schema: RawSchema): boolean {
  const { type } = schema
  if (type !== undefined) return type === 'string'
  const values = Array.isArray(schema['enum']) ? schema['enum'] : [schema['const']]
  return values.every((value) => typeof value === 'string')
}

/** Schema formats that are JSON Schema by themselves. */
const JSON_SCHEMA = /^application\/(?:vnd\.aai\.asyncapi|schema|vnd\.oai\.openapi)\b/i

/** Refuses what did not arrive as JSON Schema, and says what to do. */
export function checkFormat(
  { schema, schemaFormat, pointer, converted = false }: PayloadRequest,
  problem: ModelRequest['problem'],
): boolean {
  if (!converted && schemaFormat !== undefined && !JSON_SCHEMA.test(schemaFormat)) {
    problem(
      `${pointer}: the generator has no parser for the schema format "${schemaFormat}"; write the payload as JSON Schema (or, where the generator reads them, as Avro, Protobuf or OpenAPI)`,
    )
    return false
  }
  if (typeof schema === 'boolean' || isRawSchema(schema)) return true
  problem(
    `${pointer}: a payload is a schema, not ${schema === null ? 'null' : Array.isArray(schema) ? 'a list' : `a ${typeof schema}`}; write a JSON Schema, or leave the payload out`,
  )
  return false
}

/** Content types that are not JSON and not text: what is sent is JSON all the same. */
export function checkContentType(
  { contentType, pointer, schema }: PayloadRequest,
  report: ModelRequest['report'],
): void {
  if (contentType === undefined || /\bjson\b|\+json/i.test(contentType)) return
  if (isText({ contentType, pointer, schema } as PayloadRequest)) return
  report(`${pointer}: the content type "${contentType}" is not JSON; the payload travels as JSON`)
}

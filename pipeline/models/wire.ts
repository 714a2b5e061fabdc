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

/** Schema formats that are JSON Schema by themselves, or that the parser turns into it. */
const KNOWN_FORMATS =
  /^application\/(?:vnd\.aai\.asyncapi|schema|vnd\.oai\.openapi|vnd\.apache\.avro|raml|vnd\.google\.protobuf)\b|^application\/[\w.-]*(?:avro|raml|protobuf)/i

/** Refuses what did not arrive as JSON Schema, and says what to do. */
export function checkFormat(
  { schema, schemaFormat, pointer }: PayloadRequest,
  problem: ModelRequest['problem'],
): boolean {
  if (typeof schema === 'boolean') return true
  if (schemaFormat !== undefined && !KNOWN_FORMATS.test(schemaFormat)) {
    problem(
      `${pointer}: the schema format "${schemaFormat}" is not supported; write the payload as JSON Schema, or as Avro, Protobuf, RAML or OpenAPI`,
    )
    return false
  }
  if (isRawSchema(schema)) return true
  problem(
    `${pointer}: the payload${schemaFormat === undefined ? '' : ` in the format "${schemaFormat}"`} did not come as JSON Schema but as ${schema === null ? 'null' : Array.isArray(schema) ? 'a list' : `a ${typeof schema}`}; write it as JSON Schema, or run the generator with the parser for its format`,
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

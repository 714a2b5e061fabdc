import { closestMatch, didYouMean } from '../suggest'
import type { RawSchema } from './raw-schema'

const DOCUMENTATION = [
  ...['title', 'description', 'default', 'example', 'examples', 'externalDocs'],
  ...['deprecated', 'readOnly', 'writeOnly'],
]

/** Keywords with an effect on types, validators or documentation. */
const EFFECTIVE = [
  ...['$ref', 'type', 'nullable', 'enum', 'const', 'format', 'pattern', 'minLength', 'maxLength'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['items', 'additionalItems', 'contains', 'minItems', 'maxItems', 'uniqueItems'],
  ...['properties', 'patternProperties', 'additionalProperties', 'propertyNames', 'required'],
  ...['minProperties', 'maxProperties', 'dependencies', 'discriminator'],
  ...['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else'],
  ...DOCUMENTATION,
]

/** Keywords that only name or comment a schema. */
const NEUTRAL = ['$id', '$schema', '$comment', '$defs', 'definitions', 'xml', 'name', 'doc']

/** Keywords of later drafts: they constrain values, but not here. */
const OF_LATER_DRAFTS = [
  ...['prefixItems', 'minContains', 'maxContains', 'unevaluatedItems', 'unevaluatedProperties'],
  ...['dependentRequired', 'dependentSchemas', '$anchor', '$dynamicRef', '$dynamicAnchor'],
  ...['$recursiveRef', '$recursiveAnchor', 'contentSchema'],
]

/** Keywords about the content of a text: annotations of draft 7 that are not written as documentation. */
const OF_CONTENT = ['contentEncoding', 'contentMediaType']

/** Whether a keyword describes values, and restricts none. */
export function isAnnotation(keyword: string): boolean {
  return keyword.startsWith('x-') || NEUTRAL.includes(keyword) || DOCUMENTATION.includes(keyword)
}

/** Reasons for a note, each for a keyword without effect or with a typing error. */
export function unusedKeywords(raw: RawSchema): { keyword: string; reason: string }[] {
  return Object.keys(raw).flatMap((keyword) => {
    if (keyword.startsWith('x-') || EFFECTIVE.includes(keyword) || NEUTRAL.includes(keyword)) {
      return []
    }
    const name = JSON.stringify(keyword)
    if (OF_LATER_DRAFTS.includes(keyword)) {
      const reason = `the keyword ${name} has no effect; AsyncAPI has those of JSON Schema draft 7`
      return [{ keyword, reason }]
    }
    if (OF_CONTENT.includes(keyword)) {
      const reason = `the keyword ${name} has no effect: the text is neither decoded nor checked`
      return [{ keyword, reason }]
    }
    const guess = keyword.length < 4 ? undefined : closestMatch(keyword, EFFECTIVE)
    const hint = didYouMean(guess)
    return [{ keyword, reason: `${name} is not a known keyword${hint}; it has no effect` }]
  })
}

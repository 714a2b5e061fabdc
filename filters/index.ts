import type { Code } from './code'
import { comment, summary } from './comments'
import { json, literal, member, propertyName, regexp } from './literals'
import { codeSpan, jsonText, markdown } from './markdown'
import { camel, identifier, pascal } from './naming'

/** A template helper: a pure function whose result may be printed. */
export type Filter = (...args: never[]) => Code

export type Filters = Readonly<Record<string, Filter>>

/** The filters that depend only on their arguments. Forks add their filters here. */
export const filters: Filters = {
  camel,
  codeSpan,
  comment,
  identifier,
  json,
  jsonText,
  literal,
  markdown,
  member,
  pascal,
  propertyName,
  regexp,
  summary,
}

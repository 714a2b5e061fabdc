import { route } from './address'
import type { Code } from './code'
import { comment, summary } from './comments'
import { json, key, literal, regexp } from './literals'
import { codeSpan, jsonText, markdown } from './markdown'
import { camel, identifier, pascal } from './naming'

/** A helper of the templates: a pure function whose result may be printed. */
export type Filter = (...args: never[]) => Code

export type Filters = Readonly<Record<string, Filter>>

/** The filters that need nothing but their arguments. A fork adds its own here. */
export const filters: Filters = {
  camel,
  codeSpan,
  comment,
  identifier,
  json,
  jsonText,
  key,
  literal,
  markdown,
  pascal,
  regexp,
  route,
  summary,
}

import { route } from './address'
import type { Code } from './code'
import { comment, summary } from './comments'
import { json, key, literal, regexp } from './literals'
import { camel, identifier, pascal } from './naming'

/** A helper of the templates: a pure function whose result may be printed. */
export type Filter = (...args: never[]) => Code

export type Filters = Readonly<Record<string, Filter>>

/** The filters that need nothing but their arguments. A fork adds its own here. */
export const filters: Filters = {
  camel,
  comment,
  identifier,
  json,
  key,
  literal,
  pascal,
  regexp,
  route,
  summary,
}

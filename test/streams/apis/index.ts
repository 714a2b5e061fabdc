import type { ScriptedDocument } from './api'
import { perplexity, requesty, together } from './chat-completions'
import { ably, anthropic, cohere, couchdb, keiko, replicate, zilla } from './named-events'

/** APIs that publish an AsyncAPI document with event streams. */
export const apis: readonly ScriptedDocument[] = [
  ably,
  anthropic,
  cohere,
  couchdb,
  keiko,
  perplexity,
  replicate,
  requesty,
  together,
  zilla,
]

export type { ScriptedDocument, ScriptedStream } from './api'

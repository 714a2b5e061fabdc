import type { Documentation } from '../pipeline/models/schema'
import type { Code } from './code'
import { commentBlock, commentText } from './comments'

/** Longest default or example that is shown whole, in characters. */
const MAX_VALUE = 200

/** Most examples that are shown. */
const MAX_EXAMPLES = 3

/** `{{documentation x}}`: the JSDoc block of a type or a property, with its line break; nothing where there is nothing to say. */
export function documentation(about: Documentation): Code {
  const { title, description, bounds, examples } = about
  const paragraphs = [title === description ? undefined : title, description]
    .filter((text) => text !== undefined)
    .map(commentText)
  const tags = [
    ...(about.readOnly ? ['Read-only.'] : []),
    ...(about.writeOnly ? ['Write-only.'] : []),
    bounds.map((bound) => `- ${commentText(bound)}`).join('\n'),
  ]
  const blocks = [
    ...(about.deprecated ? ['@deprecated'] : []),
    ...(about.default === undefined ? [] : [`@default ${shown(about.default.value)}`]),
    ...examples.slice(0, MAX_EXAMPLES).map((example) => `@example ${shown(example)}`),
  ]
  return commentBlock([...paragraphs, ...tags, blocks.join('\n')])
}

function shown(value: unknown): string {
  const text = commentText(JSON.stringify(value) ?? 'undefined').replaceAll('\n', ' ')
  if (text.length <= MAX_VALUE) return text
  // Half a character may be left at the end.
  return `${text.slice(0, MAX_VALUE).replace(/\p{Cs}$/u, '')}…`
}

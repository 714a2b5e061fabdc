import type { Documentation } from '../schema/schema'
import type { Code } from '../../filters/code'
import { commentBlock, commentText } from '../../filters/comments'

/** Maximum length of a default or example before it is truncated, in characters. */
const MAX_VALUE = 200

/** Maximum number of examples. */
const MAX_EXAMPLES = 3

/** `{{documentation x}}`: the JSDoc block of a type or a property, with its line break; empty without documentation. */
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
    ...(about.externalDocs === undefined ? [] : [`@see ${commentText(about.externalDocs)}`]),
    ...(about.default === undefined ? [] : [`@default ${valueText(about.default.value)}`]),
    ...examples.slice(0, MAX_EXAMPLES).map((example) => `@example ${valueText(example)}`),
  ]
  return commentBlock([...paragraphs, ...tags, blocks.join('\n')])
}

function valueText(value: unknown): string {
  const text = commentText(JSON.stringify(value) ?? 'undefined').replaceAll('\n', ' ')
  if (text.length <= MAX_VALUE) return text
  // The cut can leave a lone surrogate at the end.
  return `${text.slice(0, MAX_VALUE).replace(/\p{Cs}$/u, '')}…`
}

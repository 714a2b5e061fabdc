import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(__dirname, '../../..')

/** One fenced block of a page, with the HTML comment before it. */
export interface Block {
  readonly page: string
  readonly line: number
  readonly language: string
  readonly text: string
  readonly note: string
}

/** The pages that people read: README.md and docs/. */
export function pages(): string[] {
  return [
    'README.md',
    ...readdirSync(join(root, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ]
}

export function textOf(page: string): string {
  return readFileSync(join(root, page), 'utf8')
}

export function blocksOf(page: string): Block[] {
  const text = textOf(page)
  return [...text.matchAll(/(?:<!-- ([^>]*) -->\n\n)?^```(\w*)\n(.*?)^```$/gms)].map((match) => ({
    page,
    line: text.slice(0, match.index).split('\n').length,
    note: match[1] ?? '',
    language: match[2] ?? '',
    text: match[3] ?? '',
  }))
}

export const blocks = pages().flatMap(blocksOf)

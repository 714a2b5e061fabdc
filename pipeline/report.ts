import { styleText } from 'node:util'
import type { Findings } from './problems'
import type { Written } from './write'

interface ReportRequest {
  readonly folder: string
  readonly written: Written
  readonly findings: Findings
  /** Whether it is for a terminal that shows colours. */
  readonly colours: boolean
}

/** What a run tells the user: what became of the files, and what they should know of the document. */
export function report({ folder, written, findings, colours }: ReportRequest): string {
  const paint = (colour: 'bold' | 'yellow', text: string): string =>
    colours ? styleText(colour, text) : text
  const counts = [
    `${written.written.length} written`,
    `${written.unchanged.length} unchanged`,
    `${written.removed.length} removed`,
    ...(written.kept.length > 0 ? [`${written.kept.length} kept (--no-overwrite)`] : []),
  ]
  const notes = [
    ...written.edited.map(
      (path) =>
        `${path} is no longer generated, but was edited since: it stays; remove it yourself`,
    ),
    ...findings.notices,
  ]
  return [
    `${paint('bold', `EventSource files in ${folder}`)}: ${counts.join(', ')}`,
    ...notes.map((note) => `  ${paint('yellow', 'note:')} ${note}`),
  ].join('\n')
}

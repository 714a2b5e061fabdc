import type { Findings } from './problems'
import type { Written } from './write'

/** What a run tells the user: what became of the files, and what they should know of the document. */
export function report(folder: string, written: Written, findings: Findings): string {
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
    `EventSource files in ${folder}: ${counts.join(', ')}`,
    ...notes.map((note) => `  note: ${note}`),
  ].join('\n')
}

import { styleText } from 'node:util'
import type { Diagnostics } from '../diagnostics'
import type { WriteResult } from './write'

interface ReportRequest {
  readonly folder: string
  /** Null if the output was only compared. */
  readonly result: WriteResult | null
  readonly diagnostics: Diagnostics
  /** Whether a repeated reason is listed with all places instead of their number. */
  readonly listsAll: boolean
  /** Whether the report is for a terminal with colors. */
  readonly useColors: boolean
}

/** The report of a run for the user: changes to files, and notes about the document. */
export function formatReport({
  folder,
  result,
  diagnostics,
  listsAll,
  useColors,
}: ReportRequest): string {
  const paint = (style: 'bold' | 'yellow', text: string): string =>
    useColors ? styleText(style, text) : text
  const notes = [
    ...(result?.overwritten ?? []).map(
      (path) => `${path} was edited after it was generated; the edits were overwritten`,
    ),
    ...(result?.staleButModified ?? []).map(
      (path) => `${path} is no longer generated, but was edited; it is kept; remove it yourself`,
    ),
    ...(listsAll ? diagnostics.allNotes : diagnostics.notes),
  ]
  return [
    `${paint('bold', `EventSource files in ${folder}`)}: ${result === null ? 'up to date' : counts(result)}`,
    ...notes.map((note) => `  ${paint('yellow', 'note:')} ${note}`),
  ].join('\n')
}

function counts(result: WriteResult): string {
  return [
    `${result.written.length} written`,
    `${result.unchanged.length} unchanged`,
    `${result.removed.length} removed`,
    ...(result.skipped.length > 0 ? [`${result.skipped.length} kept (--no-overwrite)`] : []),
  ].join(', ')
}

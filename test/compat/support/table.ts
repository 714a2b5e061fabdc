import type { Cell } from './matrix'

const HEADS = ['what', 'on', 'result'] as const

/** The matrix as text for a terminal: a table a group, and a line that counts. */
export function printed(cells: readonly Cell[]): string {
  const rows = cells.map(rowOf)
  const widths = HEADS.map((head, i) =>
    Math.max(head.length, ...rows.map((row) => Array.from(row[i] ?? '').length)),
  )
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) => (i === row.length - 1 ? text : text.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  return groups(cells)
    .map(([group, ofGroup]) => [`\n${group}`, ...ofGroup.map((cell) => `  ${line(rowOf(cell))}`)])
    .flat()
    .concat('', summary(cells))
    .join('\n')
}

function summary(cells: readonly Cell[]): string {
  const count = (kind: string): number =>
    cells.filter(({ outcome }) => outcome.kind === kind).length
  return `${count('passed')} passed, ${count('failed')} failed, ${count('not run')} not run`
}

function rowOf({ what, on, outcome }: Cell): string[] {
  const detail = outcome.detail.split('\n')[0] ?? ''
  return [what, on, outcome.kind + (detail === '' ? '' : `: ${detail}`)]
}

function groups(cells: readonly Cell[]): [string, Cell[]][] {
  const map = new Map<string, Cell[]>()
  for (const cell of cells) map.set(cell.group, [...(map.get(cell.group) ?? []), cell])
  return [...map]
}

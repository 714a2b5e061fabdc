/** Ways that a short text may be tried in before an expression gives up, at most. */
const MAX_WAYS = 64 ** 3

/** Longest expression that is tried, in characters: engines compile at the first use, and give up then. */
const MAX_SOURCE = 2000

/** One level of groups. */
interface Level {
  /** Ways through what was read of the branch, and of the last atom in it. */
  ways: number
  atom: number
  /** Ways through the branches before. */
  others: number
}

/**
 * Whether an expression of the document can be run on a text of at most `length` characters: however its quantifiers and
 * branches are tried in turn, it comes to an end soon. Counts what a backtracking engine may try, upwards; expressions that
 * nest quantifiers are out at once. Not by the clock: the same document gives the same output on any machine.
 */
export function isQuick(source: string, length: number): boolean {
  if (source.length > MAX_SOURCE) return false
  const levels: Level[] = [{ ways: 1, atom: 1, others: 0 }]
  for (const [token] of source.matchAll(TOKEN)) {
    const level = levels.at(-1)
    if (level === undefined) return false
    if (token.startsWith('(')) {
      levels.push({ ways: 1, atom: 1, others: 0 })
    } else if (token === ')') {
      levels.pop()
      const outer = levels.at(-1)
      if (outer === undefined) return false
      outer.ways *= outer.atom
      outer.atom = level.others + level.ways * level.atom
    } else if (token === '|') {
      level.others += level.ways * level.atom
      level.ways = 1
      level.atom = 1
    } else if (/^[*+?{]/.test(token)) {
      const repeated = repetitions(token, length)
      // Each round may go any of the ways again.
      level.atom = repeated.most > 1 && level.atom > 1 ? Infinity : level.atom * repeated.choices
    } else {
      level.ways *= level.atom
      level.atom = 1
    }
  }
  const [whole] = levels
  return (
    levels.length === 1 &&
    whole !== undefined &&
    whole.others + whole.ways * whole.atom <= MAX_WAYS &&
    !/\\[1-9k]/.test(source)
  )
}

/** An escape, a class, what opens a group, a quantifier, or one character. */
const TOKEN = /\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?|\{\d+(?:,\d*)?\}|[^]/gs

/** How many numbers of rounds there are to choose from, and the greatest. */
function repetitions(token: string, length: number): { choices: number; most: number } {
  if (token === '?') return { choices: 2, most: 1 }
  const [, least = '', comma, greatest = ''] = /^\{(\d+)(,)?(\d*)\}$/.exec(token) ?? []
  if (least === '') return { choices: length + 1, most: Infinity }
  if (comma === undefined) return { choices: 1, most: Number(least) }
  const most = Math.min(greatest === '' ? Infinity : Number(greatest), length)
  return { choices: Math.max(1, most - Number(least) + 1), most }
}

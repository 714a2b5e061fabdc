/** The candidate closest to the text, for "did you mean". Undefined if all distances exceed a third of the longer text. */
export function closestMatch(text: string, candidates: readonly string[]): string | undefined {
  const [best] = candidates
    .map((candidate) => ({
      candidate,
      distance: editDistance(text.toLowerCase(), candidate.toLowerCase()),
    }))
    .filter(
      ({ candidate, distance }) =>
        distance <= Math.max(1, Math.floor(Math.max(text.length, candidate.length) / 3)),
    )
    .sort((a, b) => a.distance - b.distance)
  return best?.candidate
}

/** The end of a message about an unknown name; empty without a suggestion. */
export function didYouMean(guess: string | undefined): string {
  return guess === undefined ? '' : ` (did you mean "${guess}"?)`
}

/** Edit distance of two texts; a swap of two adjacent characters is one edit. `Infinity` for texts above 100 characters. */
function editDistance(a: string, b: string): number {
  if (a.length > 100 || b.length > 100) return Infinity
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swap = isSwap ? (before[j - 2] ?? 0) + 1 : Infinity
      next.push(Math.min(substitution, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    before = row
    row = next
  }
  return row[b.length] ?? Infinity
}

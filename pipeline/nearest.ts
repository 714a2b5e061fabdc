/** The candidate that is most like the text, for "did you mean"; undefined where none is near (a third of the longer one away). */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, far: distance(text.toLowerCase(), candidate.toLowerCase()) }))
    .filter(
      ({ candidate, far }) =>
        far <= Math.max(1, Math.floor(Math.max(text.length, candidate.length) / 3)),
    )
    .sort((a, b) => a.far - b.far)
  return best?.candidate
}

/** Levenshtein distance, row by row; long texts are not worth a guess. */
function distance(a: string, b: string): number {
  if (a.length > 100 || b.length > 100) return Infinity
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? Infinity
}

/** A qualified name as in Java and C#: `io.github.example.OrderDto`. */
const QUALIFIED = /^[\w$]+(?:\.[\w$]+){2,}$/

/** Returns names of a document without their packages, unless two of them would then be equal. */
export function shortNames(names: Iterable<string>): (name: string) => string {
  const all = new Set(names)
  const short = (name: string): string =>
    QUALIFIED.test(name) ? name.slice(name.lastIndexOf('.') + 1) : name
  const counts = new Map<string, number>()
  for (const name of all) {
    const key = short(name).toLowerCase()
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return (name) => (counts.get(short(name).toLowerCase()) === 1 ? short(name) : name)
}

/** All nodes of a graph that are reachable from some nodes, with these. */
export function reach(
  from: readonly number[],
  next: (id: number) => readonly number[],
): Set<number> {
  const seen = new Set(from)
  const queue = [...from]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const target of next(id)) {
      if (seen.has(target)) continue
      seen.add(target)
      queue.push(target)
    }
  }
  return seen
}

/**
 * The strongly connected component of each node, as a number (Tarjan, without recursion). A component has a greater number
 * than all components that are reachable from it.
 */
export function components(next: readonly (readonly number[])[]): number[] {
  const component = next.map(() => -1)
  const order = next.map(() => -1)
  const low = next.map(() => -1)
  const stack: number[] = []
  let count = 0
  let found = 0
  for (let root = 0; root < next.length; root += 1) {
    if (order[root] !== -1) continue
    const work = [{ node: root, edge: 0 }]
    for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
      const { node } = top
      if (top.edge === 0) {
        order[node] = low[node] = count
        count += 1
        stack.push(node)
      }
      const target = next[node]?.[top.edge]
      top.edge += 1
      if (target !== undefined) {
        if (order[target] === -1) work.push({ node: target, edge: 0 })
        else if (component[target] === -1) low[node] = Math.min(low[node] ?? 0, order[target] ?? 0)
        continue
      }
      work.pop()
      const outer = work.at(-1)
      if (outer !== undefined) low[outer.node] = Math.min(low[outer.node] ?? 0, low[node] ?? 0)
      if (low[node] !== order[node]) continue
      for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
        component[member] = found
        if (member === node) break
      }
      found += 1
    }
  }
  return component
}

/** The members with an id of their own, in order of first appearance. */
export function distinctById<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [item.id, item])).values()]
}

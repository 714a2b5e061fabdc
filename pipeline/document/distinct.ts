/** The members with distinct ids, in order of first occurrence. */
export function distinctById<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [item.id, item])).values()]
}

import type { Diagnostics } from '../diagnostics'
import { asObject, type JsonObject } from '../json'

/** Maximum nesting of objects and arrays. Real documents have 20 levels; recursive code can handle 1000. */
const MAX_DEPTH = 250

/**
 * Maximum ratio of expanded to actual size. Expanded: all shared unnamed objects and arrays are repeated at each reference.
 */
const MAX_EXPANSION_FACTOR = 20

/** Minimum limit of the expanded size, so that small documents may repeat their parts more often. */
const MIN_SIZE_LIMIT = 500_000

/** Size of an object or array with all its descendants. */
interface SubtreeSize {
  readonly depth: number
  readonly size: number
}

/**
 * Rejects documents that are nested too deeply for recursion, and documents with exponential expansion: a few
 * references into other schemas, each doubling the one before ("billion laughs").
 * Named objects (channels, messages, components) are emitted once, so counting restarts at each of them.
 * @returns whether recursive code may walk the document
 */
export function checkLimits(raw: JsonObject, diagnostics: Diagnostics): boolean {
  const addressable = addressableObjects(raw)
  const sizes = new Map<unknown, SubtreeSize>()
  let [depth, size] = [0, 0]
  for (const part of [...addressable, raw]) {
    const subtree = measureSubtree(part, addressable, sizes)
    depth = Math.max(depth, subtree.depth)
    size += subtree.size
  }
  const isTooDeep = depth > MAX_DEPTH
  const isTooLarge = size > Math.max(MIN_SIZE_LIMIT, MAX_EXPANSION_FACTOR * sizes.size)
  if (isTooDeep) {
    diagnostics.error(
      `the document has ${depth} levels of nested schemas or values, and ${MAX_DEPTH} is the limit; move the inner schemas to "components/schemas"`,
    )
  }
  if (isTooLarge) {
    diagnostics.error(
      'the references of the document expand to more text than the generator can write; refer to "components/schemas", which are written once',
    )
  }
  return !isTooDeep && !isTooLarge
}

function addressableObjects(raw: JsonObject): Set<unknown> {
  const channels = Object.values(asObject(raw['channels']))
  return new Set([
    ...Object.values(asObject(raw['components'])).flatMap((group) =>
      Object.values(asObject(group)),
    ),
    ...channels,
    ...channels.flatMap((channel) => Object.values(asObject(asObject(channel)['messages']))),
    ...Object.values(asObject(raw['operations'])),
    ...Object.values(asObject(raw['servers'])),
  ])
}

const EMPTY_SUBTREE: SubtreeSize = { depth: 0, size: 0 }

/** Measures children first, without recursion. Cuts cycles, as the output does. */
function measureSubtree(
  root: unknown,
  addressable: ReadonlySet<unknown>,
  known: Map<unknown, SubtreeSize>,
): SubtreeSize {
  const stack: { value: object; isEntered: boolean }[] = []
  const open = new Set<unknown>()
  const push = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || known.has(value) || open.has(value)) return
    if (value === root || !addressable.has(value)) stack.push({ value, isEntered: false })
  }
  push(root)
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const { value, isEntered } = top
    if (!isEntered && !known.has(value) && !open.has(value)) {
      top.isEntered = true
      open.add(value)
      Object.values(value).forEach(push)
      continue
    }
    stack.pop()
    if (!isEntered) continue
    open.delete(value)
    let [depth, size] = [0, 0]
    for (const member of Object.values(value)) {
      const subtree = addressable.has(member) ? EMPTY_SUBTREE : (known.get(member) ?? EMPTY_SUBTREE)
      depth = Math.max(depth, subtree.depth)
      size += subtree.size
    }
    known.set(value, { depth: depth + 1, size: size + 1 })
  }
  return known.get(root) ?? EMPTY_SUBTREE
}

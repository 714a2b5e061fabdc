import type { Findings } from '../problems'
import { record, type Raw } from './raw'

/** Levels of objects and lists in one another; real documents have 20. What walks a document by recursion can do 1000. */
const MAX_DEPTH = 250

/** Objects and lists, when everything that is shared without a name is written out at each place: this many times what there is … */
const MAX_FACTOR = 20

/** … and never less than this many. */
const MIN_LIMIT = 500_000

/** Of one object or list with all below it. */
interface Extent {
  readonly depth: number
  readonly size: number
}

/**
 * Refuses documents that are nested deeper than recursion can go, and those that would unfold without end in sight: a few
 * references to places inside other schemas, each doubling the one before (a "billion laughs").
 * What has a name (channels, messages, components) is written once, and so begins anew here.
 * @returns whether the document may be walked by recursion
 */
export function checkBounds(raw: Raw, findings: Findings): boolean {
  const named = namedParts(raw)
  const extents = new Map<unknown, Extent>()
  let [depth, size] = [0, 0]
  for (const part of [...named, raw]) {
    const extent = extentOf(part, named, extents)
    depth = Math.max(depth, extent.depth)
    size += extent.size
  }
  const isDeep = depth > MAX_DEPTH
  const isWide = size > Math.max(MIN_LIMIT, MAX_FACTOR * extents.size)
  if (isDeep) {
    findings.problem(
      `the document has ${depth} levels of schemas or values in one another, and ${MAX_DEPTH} is the limit; name the inner ones in "components/schemas"`,
    )
  }
  if (isWide) {
    findings.problem(
      'the references of the document unfold to more than can be written; let them refer to "components/schemas", which are written once',
    )
  }
  return !isDeep && !isWide
}

function namedParts(raw: Raw): Set<unknown> {
  const channels = Object.values(record(raw['channels']))
  return new Set([
    ...Object.values(record(raw['components'])).flatMap((group) => Object.values(record(group))),
    ...channels,
    ...channels.flatMap((channel) => Object.values(record(record(channel)['messages']))),
    ...Object.values(record(raw['operations'])),
    ...Object.values(record(raw['servers'])),
  ])
}

const NOTHING: Extent = { depth: 0, size: 0 }

/** Children first, without recursion. What leads back to itself is cut there, as it is in the output. */
function extentOf(root: unknown, named: ReadonlySet<unknown>, known: Map<unknown, Extent>): Extent {
  const stack: { value: object; entered: boolean }[] = []
  const open = new Set<unknown>()
  const push = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || known.has(value) || open.has(value)) return
    if (value === root || !named.has(value)) stack.push({ value, entered: false })
  }
  push(root)
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const { value, entered } = top
    if (!entered && !known.has(value) && !open.has(value)) {
      top.entered = true
      open.add(value)
      Object.values(value).forEach(push)
      continue
    }
    stack.pop()
    if (!entered) continue
    open.delete(value)
    let [depth, size] = [0, 0]
    for (const member of Object.values(value)) {
      const extent = named.has(member) ? NOTHING : (known.get(member) ?? NOTHING)
      depth = Math.max(depth, extent.depth)
      size += extent.size
    }
    known.set(value, { depth: depth + 1, size: size + 1 })
  }
  return known.get(root) ?? NOTHING
}

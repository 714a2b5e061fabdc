import { Automaton, lengthOf, TooManyStates } from './regex-automaton'
import { components, reach } from './regex-graph'
import { parseRegex, type RegexNode } from './regex-syntax'
import type { Pattern } from './schema'

/**
 * Growth of the matching time with the length of texts that almost match. `unknown`: the expression is too large to
 * analyze or has backreferences.
 */
export type RegexRisk = 'none' | 'polynomial' | 'exponential' | 'unknown'

/** Maximum length of an expression to analyze, in characters. */
const MAX_SOURCE = 2000

/** Maximum number of steps of one search. */
const MAX_STEPS = 1_000_000

/** Maximum repetitions of a part that can be empty: more repetitions can be omitted in too many ways. */
const MAX_EMPTY_COPIES = 12

/** Maximum number of consecutive bounded loops with few enough paths. */
const MAX_BOUNDED_LOOPS = 3

/** Maximum number of positions on one path at which the engine can continue in two ways: 2^12 paths. */
const MAX_FORKS = 12

class TooManySteps extends Error {}

/**
 * The risk for a backtracking engine, determined by the automaton of the expression. Exponential: a loop can match one
 * text in two ways. Polynomial: two consecutive loops can match the same text. False positives are possible, by design.
 * See Weideman et al., "Analyzing Matching Time Behavior of Backtracking Regular Expression Matchers" (CIAA 2016).
 */
export function regexRisk({ source, flags }: Pattern): RegexRisk {
  if (source.length > MAX_SOURCE) return 'unknown'
  const tree = parseRegex(source)
  if (contains(tree, ({ node }) => node === 'backreference')) return 'unknown'
  if (contains(tree, isRepeatedEmptiness)) return 'exponential'
  const charactersOf = characterSets(source, flags)
  const parts = [{ tree, isRepeated: false }, ...lookaroundsOf(tree, !isAnchored(tree))].flatMap(
    (part) =>
      branches(part.tree).map((branch) => ({
        branch,
        anywhere: part.isRepeated || (part.tree === tree && !isAnchored(branch)),
      })),
  )
  try {
    if (parts.some(({ branch }) => isExponential(branch, charactersOf))) return 'exponential'
    // Many consecutive bounded loops take as long as unbounded loops.
    const loops = count(tree, isLongRepeat) > MAX_BOUNDED_LOOPS ? 'all' : 'unbounded'
    const isRisky = parts.some(({ branch, anywhere }) =>
      isPolynomial(branch, charactersOf, loops, anywhere),
    )
    return isRisky ? 'polynomial' : 'none'
  } catch (error) {
    if (error instanceof TooManyStates || error instanceof TooManySteps) return 'unknown'
    throw error
  }
}

/** Maximum number of loops of an expression of polynomial time that is fast on a text of 64 characters. */
const MAX_LOOPS = 3

const fastOnShortText = new Map<string, boolean>()

/** Whether an expression is fast on all texts of at most 64 characters. */
export function isFastOnShortText(pattern: Pattern): boolean {
  const key = `${pattern.flags}/${pattern.source}`
  const known = fastOnShortText.get(key)
  if (known !== undefined) return known
  const risk = regexRisk(pattern)
  const isFast =
    risk === 'none' ||
    (risk === 'polynomial' && count(parseRegex(pattern.source), isLoop) <= MAX_LOOPS)
  fastOnShortText.set(key, isFast)
  return isFast
}

function isExponential(branch: RegexNode, charactersOf: (source: string) => bigint): boolean {
  const automaton = new Automaton(branch, charactersOf, 'all', false)
  removeAcceptingStates(automaton, branch)
  const component = components(automaton.next.map((edges) => [...edges.keys()]))
  const isLoop = (a: number, b: number): boolean => component[a] === component[b]
  for (const [state, edges] of automaton.next.entries()) {
    for (const [target, ways] of edges) {
      if (ways > 1 && isLoop(state, target)) return true
    }
  }
  return longestForkChain(automaton, component) > MAX_FORKS || hasTwoPaths(automaton, isLoop)
}

/**
 * Number of states on one path from which the same character leads to two states, such as those of `a?a?a?`. A loop counts
 * once: `hasTwoPaths` examines it.
 */
function longestForkChain({ next, characters }: Automaton, component: readonly number[]): number {
  const isFork = (edges: ReadonlyMap<number, number>): boolean => {
    let seen = 0n
    for (const [target, paths] of edges) {
      const shared = characters[target] ?? 0n
      if (paths > 1 || (seen & shared) !== 0n) return true
      seen |= shared
    }
    return false
  }
  const states = component.map((_, state) => state)
  const chain: number[] = []
  // Components are numbered from the end of the paths to their start.
  for (const state of states.sort((a, b) => (component[a] ?? 0) - (component[b] ?? 0))) {
    const own = component[state] ?? 0
    const edges = next[state] ?? new Map<number, number>()
    const later = [...edges.keys()].map((target) => component[target] ?? 0)
    const rest = Math.max(0, ...later.filter((one) => one !== own).map((one) => chain[one] ?? 0))
    chain[own] = Math.max(chain[own] ?? 0, rest + (isFork(edges) ? 1 : 0))
  }
  return Math.max(0, ...chain)
}

/** Whether two paths with the same text fork in one state and join in it again. */
function hasTwoPaths(automaton: Automaton, isLoop: (a: number, b: number) => boolean): boolean {
  const budget = { steps: MAX_STEPS }
  const size = automaton.characters.length
  const pairs = (id: number): number[] => {
    const a = Math.floor(id / size)
    const b = id % size
    return common(automaton, [a, b], budget).flatMap(([x = 0, y = 0]) =>
      isLoop(a, x) && isLoop(b, y) ? [x * size + y] : [],
    )
  }
  const diagonal = Array.from({ length: size }, (_, state) => state * size + state)
  const reached = reach(diagonal, pairs)
  const ids = [...reached]
  const index = new Map(ids.map((id, position) => [id, position]))
  const component = components(ids.map((id) => pairs(id).map((next) => index.get(next) ?? -1)))
  const split = new Set(
    ids.flatMap((id, position) => (id % (size + 1) === 0 ? [] : [component[position]])),
  )
  return ids.some((id, position) => id % (size + 1) === 0 && split.has(component[position]))
}

function isPolynomial(
  branch: RegexNode,
  charactersOf: (source: string) => bigint,
  loops: 'all' | 'unbounded',
  anywhere: boolean,
): boolean {
  const automaton = new Automaton(branch, charactersOf, loops, anywhere)
  removeAcceptingStates(automaton, branch)
  const budget = { steps: MAX_STEPS }
  const targets = automaton.next.map((edges) => [...edges.keys()])
  const component = components(targets)
  const reachable = targets.map((_, state) =>
    reach(targets[state] ?? [], (one) => targets[one] ?? []),
  )
  const looping = targets.flatMap((_, state) =>
    reachable[state]?.has(state) === true ? [state] : [],
  )
  const alphabet = new Map<number | undefined, bigint>()
  for (const state of looping) {
    const characters = automaton.characters[state] ?? 0n
    alphabet.set(component[state], (alphabet.get(component[state]) ?? 0n) | characters)
  }
  const size = automaton.characters.length
  for (const from of looping) {
    for (const to of looping) {
      if (from === to || reachable[from]?.has(to) !== true) continue
      const shared = (alphabet.get(component[from]) ?? 0n) & (alphabet.get(component[to]) ?? 0n)
      if (shared === 0n) continue
      const goal = (from * size + to) * size + to
      const next = (id: number): number[] => {
        const states = [Math.floor(id / size / size), Math.floor(id / size) % size, id % size]
        return common(automaton, states, budget).flatMap(([a = 0, b = 0, c = 0]) =>
          component[a] === component[from] &&
          component[c] === component[to] &&
          (b === to || reachable[b]?.has(to) === true)
            ? [(a * size + b) * size + c]
            : [],
        )
      }
      if (reach(next((from * size + from) * size + to), next).has(goal)) return true
    }
  }
  return false
}

/** A complete match causes no backtracking: only paths that avoid accepting states count. */
function removeAcceptingStates({ accepting, next }: Automaton, branch: RegexNode): void {
  if (endsAtEnd(branch)) return
  for (const [state, edges] of next.entries()) {
    if (accepting.has(state)) edges.clear()
    for (const target of accepting) edges.delete(target)
  }
}

/** The states that several states reach with the same character. */
function common(
  { next, characters }: Automaton,
  states: readonly number[],
  budget: { steps: number },
): number[][] {
  let found: { targets: number[]; shared: bigint }[] = [{ targets: [], shared: -1n }]
  for (const state of states) {
    found = found.flatMap(({ targets, shared }) =>
      [...(next[state]?.keys() ?? [])].flatMap((target) => {
        budget.steps -= 1
        const both = shared & (characters[target] ?? 0n)
        return both === 0n ? [] : [{ targets: [...targets, target], shared: both }]
      }),
    )
  }
  if (budget.steps < 0) throw new TooManySteps()
  return found.map(({ targets }) => targets)
}

function branches(tree: RegexNode): readonly RegexNode[] {
  return tree.node === 'alternatives' ? tree.items.flatMap(branches) : [tree]
}

/** The lookarounds of an expression: each is matched separately, at one or at many positions. */
function lookaroundsOf(
  tree: RegexNode,
  isRepeated: boolean,
): { tree: RegexNode; isRepeated: boolean }[] {
  switch (tree.node) {
    case 'look':
      return [{ tree: tree.body, isRepeated }, ...lookaroundsOf(tree.body, isRepeated)]
    case 'repeat':
      return lookaroundsOf(tree.body, isRepeated || tree.max > MAX_EMPTY_COPIES)
    case 'sequence':
    case 'alternatives':
      return tree.items.flatMap((item) => lookaroundsOf(item, isRepeated))
    default:
      return []
  }
}

/** Whether every match starts at the start of the text. */
function isAnchored(tree: RegexNode): boolean {
  switch (tree.node) {
    case 'start':
      return true
    case 'sequence': {
      const first = tree.items.find(({ node }) => node !== 'look' && node !== 'empty')
      return first !== undefined && isAnchored(first)
    }
    case 'alternatives':
      return tree.items.every(isAnchored)
    case 'repeat':
      return tree.min > 0 && isAnchored(tree.body)
    default:
      return false
  }
}

/** Whether a match may need to reach the end of the text. */
function endsAtEnd(tree: RegexNode): boolean {
  switch (tree.node) {
    case 'end':
      return true
    case 'look':
      return true
    case 'sequence':
      return tree.items.some(
        (item, index) =>
          endsAtEnd(item) && tree.items.slice(index + 1).every((one) => lengthOf(one) === 0),
      )
    case 'alternatives':
      return tree.items.some(endsAtEnd)
    case 'repeat':
      return endsAtEnd(tree.body)
    // `\b` can fail where the match would otherwise be complete.
    case 'empty':
      return true
    default:
      return false
  }
}

/** `(x?){30}`: a part that can be empty and must occur many times. */
function isRepeatedEmptiness(tree: RegexNode): boolean {
  return (
    tree.node === 'repeat' &&
    tree.max > MAX_EMPTY_COPIES &&
    tree.max < Infinity &&
    mayBeEmpty(tree.body) &&
    lengthOf(tree.body) !== 0
  )
}

function mayBeEmpty(tree: RegexNode): boolean {
  switch (tree.node) {
    case 'character':
      return false
    case 'sequence':
      return tree.items.every(mayBeEmpty)
    case 'alternatives':
      return tree.items.some(mayBeEmpty)
    case 'repeat':
      return tree.min === 0 || mayBeEmpty(tree.body)
    default:
      return true
  }
}

function isLoop(tree: RegexNode): boolean {
  return tree.node === 'repeat' && tree.max > MAX_EMPTY_COPIES
}

function isLongRepeat(tree: RegexNode): boolean {
  return tree.node === 'repeat' && tree.min !== tree.max && tree.max > MAX_EMPTY_COPIES
}

function count(tree: RegexNode, test: (node: RegexNode) => boolean): number {
  const own = test(tree) ? 1 : 0
  switch (tree.node) {
    case 'sequence':
    case 'alternatives':
      return tree.items.reduce((sum, item) => sum + count(item, test), own)
    case 'repeat':
    case 'look':
      return own + count(tree.body, test)
    default:
      return own
  }
}

function contains(tree: RegexNode, test: (node: RegexNode) => boolean): boolean {
  return count(tree, test) > 0
}

/** Sample characters of many kinds: overlapping classes have one of them in common, or one of the expression itself. */
const SAMPLES = [
  ...Array.from({ length: 128 }, (_, code) => String.fromCodePoint(code)),
  ...'\u0085\u00a0\u00aa\u00b5ßàéÿÀÉİıſΩωяЯאבعن٣अ१ก中文日本カナ가①Ⅷ€™→★ﬁ\u0301\u200b\u200d\u2003\u2028\u2029\u3000\ufeff\u{10400}\u{1d7d8}\u{1f600}\u{1f468}\u{20000}\u{e000}',
]

/** The set of an atom as bits: one bit for each representative character in the set. */
function characterSets(source: string, flags: Pattern['flags']): (source: string) => bigint {
  const own = [
    ...source.matchAll(/\\u\{([0-9a-fA-F]+)\}|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|([^])/gu),
  ]
    .map(([, braces, four, two, plain]) => {
      const digits = braces ?? four ?? two
      return digits === undefined ? (plain?.codePointAt(0) ?? 0) : Number.parseInt(digits, 16)
    })
    .flatMap((code) => [code - 1, code, code + 1])
    .filter((code) => code >= 0 && code <= 0x10ffff)
    .map((code) => String.fromCodePoint(code))
  const representatives = [...new Set([...SAMPLES, ...own])]
  const known = new Map<string, bigint>()
  return (atom) => {
    const before = known.get(atom)
    if (before !== undefined) return before
    const expression = new RegExp(`^(?:${atom})$`, flags)
    let bits = 0n
    for (const [index, character] of representatives.entries()) {
      // Without the flag `u`, a character outside the Basic Multilingual Plane is two code units.
      const isTaken =
        flags === 'u'
          ? expression.test(character)
          : [...character.split('')].some((unit) => expression.test(unit))
      if (isTaken) bits |= 1n << BigInt(index)
    }
    known.set(atom, bits)
    return bits
  }
}

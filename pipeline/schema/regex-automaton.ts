import type { RegexNode } from './regex-syntax'

/** Number of paths; 2 means several. */
type Ways = number

/** States with the number of paths to each. */
type States = ReadonlyMap<number, Ways>

/** A part of an expression: its first and last states, and the number of paths that match the empty text. */
interface Fragment {
  readonly first: States
  readonly last: States
  readonly empty: Ways
}

const EMPTY: Fragment = { first: new Map(), last: new Map(), empty: 1 }

/** Maximum counted repetition that is expanded; longer ones are treated as a loop or as a few copies. */
const MAX_COPIES = 8

/** Maximum counted repetition that is expanded for a body of fixed length. */
const MAX_FIXED_COPIES = 64

/** Maximum number of states. */
const MAX_STATES = 400

export class TooManyStates extends Error {}

/**
 * The position automaton of an expression (Glushkov), with one state for each character position. Edges keep the number
 * of their paths: several paths cause the backtracking of engines.
 */
export class Automaton {
  /** The characters of each state: one bit for each representative character. */
  readonly characters: bigint[] = []
  readonly next: Map<number, Ways>[] = []
  readonly start: States
  /** States in which the whole expression has matched. */
  readonly accepting: ReadonlySet<number>
  readonly #charactersOf: (source: string) => bigint
  readonly #loops: 'all' | 'unbounded'

  /**
   * @param loops whether long counted repetitions are loops too
   * @param anywhere whether a match can start at any position of the text
   */
  constructor(
    node: RegexNode,
    charactersOf: (source: string) => bigint,
    loops: 'all' | 'unbounded',
    anywhere: boolean,
  ) {
    this.#charactersOf = charactersOf
    this.#loops = loops
    const { first, last } = this.#fragment(node)
    this.accepting = new Set(last.keys())
    if (anywhere) {
      // Engines try each start position in turn.
      const skip = this.#state(charactersOf('[^]'))
      this.#connect(new Map([[skip, 1]]), new Map([...first, [skip, 1]]))
      this.start = new Map([...first, [skip, 1]])
    } else {
      this.start = first
    }
  }

  #state(characters: bigint): number {
    if (this.characters.length >= MAX_STATES) throw new TooManyStates()
    this.next.push(new Map())
    return this.characters.push(characters) - 1
  }

  #connect(from: States, to: States): void {
    for (const [a, waysA] of from) {
      for (const [b, waysB] of to) {
        const known = this.next[a]?.get(b) ?? 0
        this.next[a]?.set(b, several(known + waysA * waysB))
      }
    }
  }

  #fragment(node: RegexNode): Fragment {
    switch (node.node) {
      case 'character': {
        const states = new Map([[this.#state(this.#charactersOf(node.source)), 1]])
        return { first: states, last: states, empty: 0 }
      }
      case 'sequence':
        return node.items.reduce(
          (before, item) => this.#sequence(before, this.#fragment(item)),
          EMPTY,
        )
      case 'alternatives': {
        const parts = node.items.map((item) => this.#fragment(item))
        return {
          first: sum(parts.map(({ first }) => first)),
          last: sum(parts.map(({ last }) => last)),
          empty: several(parts.reduce((ways, { empty }) => ways + empty, 0)),
        }
      }
      case 'repeat':
        return this.#repeat(node.body, node.min, node.max)
      default:
        return EMPTY
    }
  }

  #sequence(a: Fragment, b: Fragment): Fragment {
    this.#connect(a.last, b.first)
    return {
      first: sum([a.first, times(b.first, a.empty)]),
      last: sum([times(a.last, b.empty), b.last]),
      empty: several(a.empty * b.empty),
    }
  }

  #repeat(body: RegexNode, min: number, max: number): Fragment {
    if (max === 0) return EMPTY
    if (max === Infinity) {
      const copies = Math.min(min, this.#loops === 'all' ? 1 : 2)
      const before = this.#copies(body, Math.max(0, copies - 1))
      return this.#sequence(before, this.#loop(body, copies === 0))
    }
    const fixed = min === max && max <= MAX_FIXED_COPIES && hasOneLength(body)
    if (max > MAX_COPIES && !fixed) {
      if (this.#loops === 'all') return this.#loop(body, min === 0)
      return this.#sequence(this.#copies(body, Math.min(min, 2)), this.#optional(body, 1))
    }
    return this.#sequence(this.#copies(body, min), this.#optional(body, max - min))
  }

  #copies(body: RegexNode, count: number): Fragment {
    let all = EMPTY
    for (let copy = 0; copy < count; copy += 1) all = this.#sequence(all, this.#fragment(body))
    return all
  }

  /** `(x(x(x)?)?)?` */
  #optional(body: RegexNode, count: number): Fragment {
    if (count <= 0) return EMPTY
    const first = this.#fragment(body)
    return optional(this.#sequence(first, this.#optional(body, count - 1)))
  }

  /** `x*`, or `x+`. */
  #loop(body: RegexNode, mayBeAbsent: boolean): Fragment {
    const once = this.#fragment(body)
    this.#connect(once.last, once.first)
    return mayBeAbsent ? optional(once) : once
  }
}

/** An optional part that matches the empty text counts as absent (ECMA-262 §22.2.2.3.1, step 2.b). */
function optional(part: Fragment): Fragment {
  return { ...part, empty: 1 }
}

function several(ways: Ways): Ways {
  return Math.min(ways, 2)
}

function times(states: States, ways: Ways): States {
  return ways === 0
    ? new Map()
    : new Map([...states].map(([state, own]) => [state, several(own * ways)]))
}

function sum(list: readonly States[]): States {
  const all = new Map<number, Ways>()
  for (const states of list) {
    for (const [state, ways] of states) all.set(state, several((all.get(state) ?? 0) + ways))
  }
  return all
}

/** Whether all matches of a part have the same length. */
function hasOneLength(node: RegexNode): boolean {
  return lengthOf(node) !== undefined
}

/** The length of all matches of a part; undefined if there are several. */
export function lengthOf(node: RegexNode): number | undefined {
  switch (node.node) {
    case 'character':
      return 1
    case 'sequence': {
      const lengths = node.items.map(lengthOf)
      return lengths.includes(undefined)
        ? undefined
        : lengths.reduce<number>((total, length) => total + (length ?? 0), 0)
    }
    case 'alternatives': {
      const [first, ...others] = node.items.map(lengthOf)
      return others.every((length) => length === first) ? first : undefined
    }
    case 'repeat': {
      const length = lengthOf(node.body)
      return node.min === node.max && length !== undefined ? length * node.min : undefined
    }
    case 'backreference':
      return undefined
    default:
      return 0
  }
}

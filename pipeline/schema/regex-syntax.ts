/** The parts of a regular expression (ECMA-262 §22.2.1) that affect its running time. */
export type RegexNode =
  /** One character of a set. */
  | { readonly node: 'character'; readonly source: string }
  | { readonly node: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly node: 'alternatives'; readonly items: readonly RegexNode[] }
  | {
      readonly node: 'repeat'
      readonly body: RegexNode
      readonly min: number
      readonly max: number
    }
  /** A lookahead or lookbehind: consumes no characters, and has no backtracking after it has matched. */
  | { readonly node: 'look'; readonly body: RegexNode }
  | { readonly node: 'start' | 'end' | 'empty' }
  /** The running time depends on the matched text of a group. */
  | { readonly node: 'backreference' }

const CHARACTER_CLASS = /\[(?:\\.|[^\]\\])*\]/suy
const ESCAPE =
  /\\(?:u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[pP]\{[^}]*\}|c[A-Za-z]|k<[^>]*>|.)/suy
const GROUP = /\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?/uy
const QUANTIFIER = /(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/uy

/** Parses an expression that compiles. */
export function parseRegex(source: string): RegexNode {
  const parser = new Parser(source)
  return parser.alternatives()
}

class Parser {
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  /** Parses up to the end of the group or of the expression. */
  alternatives(): RegexNode {
    const items = [this.#sequence()]
    while (this.#source[this.#at] === '|') {
      this.#at += 1
      items.push(this.#sequence())
    }
    const [only] = items
    return items.length === 1 && only !== undefined ? only : { node: 'alternatives', items }
  }

  #sequence(): RegexNode {
    const items: RegexNode[] = []
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? '')) {
      items.push(this.#quantified(this.#atom()))
    }
    return { node: 'sequence', items }
  }

  #quantified(body: RegexNode): RegexNode {
    const match = this.#take(QUANTIFIER)
    if (match === undefined) return body
    const [text, least, comma, greatest] = match
    if (least === undefined) {
      return {
        node: 'repeat',
        body,
        min: text.startsWith('+') ? 1 : 0,
        max: text.startsWith('?') ? 1 : Infinity,
      }
    }
    const min = Number(least)
    return {
      node: 'repeat',
      body,
      min,
      max: comma === '' ? min : greatest === '' ? Infinity : Number(greatest),
    }
  }

  #atom(): RegexNode {
    const group = this.#take(GROUP)
    if (group !== undefined) {
      const body = this.alternatives()
      this.#at += 1
      return /[=!]$/.test(group[0]) ? { node: 'look', body } : body
    }
    const set = this.#take(CHARACTER_CLASS)
    if (set !== undefined) return { node: 'character', source: set[0] }
    const escape = this.#take(ESCAPE)?.[0]
    if (escape !== undefined) {
      if (/^\\(?:[1-9]|k<)/.test(escape)) return { node: 'backreference' }
      return /^\\[bB]$/.test(escape) ? { node: 'empty' } : { node: 'character', source: escape }
    }
    const character = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0)
    this.#at += character.length
    if (character === '^') return { node: 'start' }
    if (character === '$') return { node: 'end' }
    // Without the flag `u`, a brace or a bracket can be a literal character.
    return { node: 'character', source: /[{}\]]/.test(character) ? `\\${character}` : character }
  }

  #take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at
    const match = expression.exec(this.#source)
    if (match === null) return undefined
    this.#at += match[0].length
    return match
  }
}

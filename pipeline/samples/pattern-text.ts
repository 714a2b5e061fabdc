/**
 * A short text that matches a regular expression. Supports the common syntax in schemas: characters, classes, groups,
 * alternatives, quantifiers and anchors. Undefined for others; the caller validates the text anyway.
 */
export function sampleOfPattern(source: string): string | undefined {
  const reader = new PatternReader(source)
  try {
    const text = reader.alternatives()
    return reader.isDone ? text : undefined
  } catch (error) {
    if (error instanceof UnsupportedPattern) return undefined
    throw error
  }
}

class UnsupportedPattern extends Error {}

const CLASSES: Readonly<Record<string, string>> = { d: '1', w: 'a', s: ' ', D: 'a', W: '-', S: 'a' }
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v' }

/** Candidates for a character of a negated class. */
const OTHERS = ['a', '1', 'A', '-', '_', ' ', 'é']

/** Maximum nesting of groups. */
const MAX_DEPTH = 50

/** Parses an expression from left to right and returns a matching text. */
class PatternReader {
  readonly #source: string
  #at = 0
  #depth = 0

  constructor(source: string) {
    this.#source = source
  }

  get isDone(): boolean {
    return this.#at === this.#source.length
  }

  /** Returns the text of the first alternative, and skips the others. */
  alternatives(): string {
    const first = this.#sequence()
    while (this.#consume('|')) this.#sequence()
    return first
  }

  #sequence(): string {
    let text = ''
    while (!this.isDone && !'|)'.includes(this.#peek())) {
      const atom = this.#atom()
      text += atom.repeat(this.#count(atom))
      if (text.length > 200) throw new UnsupportedPattern()
    }
    return text
  }

  #atom(): string {
    if (this.#consume('(')) return this.#group()
    if (this.#consume('[')) return this.#class()
    if (this.#consume('\\')) return this.#escape()
    const character = this.#next()
    if (character === '^' || character === '$') return ''
    if (character === '.') return 'a'
    if ('*+?{'.includes(character)) throw new UnsupportedPattern()
    return character
  }

  #group(): string {
    this.#depth += 1
    if (this.#depth > MAX_DEPTH) throw new UnsupportedPattern()
    if (this.#consume('?') && !this.#consume(':')) {
      if (!this.#consume('<') || '=!'.includes(this.#peek())) throw new UnsupportedPattern()
      while (!this.#consume('>')) this.#next()
    }
    const text = this.alternatives()
    if (!this.#consume(')')) throw new UnsupportedPattern()
    this.#depth -= 1
    return text
  }

  #class(): string {
    const start = this.#at
    this.#consume('^')
    let first: string | undefined
    while (!this.#consume(']')) {
      const character = this.#consume('\\') ? this.#escape() : this.#next()
      first ??= character
    }
    const expression = new RegExp(`^[${this.#source.slice(start, this.#at)}$`, 'u')
    const found = [first ?? '', ...OTHERS].find((character) => expression.test(character))
    if (found === undefined) throw new UnsupportedPattern()
    return found
  }

  #escape(): string {
    const character = this.#next()
    if (character === 'b' || character === 'B') return ''
    if (/[1-9kcpPux0]/.test(character)) throw new UnsupportedPattern()
    return CLASSES[character] ?? CONTROLS[character] ?? character
  }

  /** Repetitions of the atom: one if allowed, otherwise the minimum. */
  #count(atom: string): number {
    const range = /^(?:[*+?]|\{(\d+)(?:,(\d*))?\})\??/.exec(
      this.#source.slice(this.#at, this.#at + 24),
    )
    if (range === null) return 1
    this.#at += range[0].length
    const [, least, most] = range
    if (atom === '' || least === undefined) return 1
    return Math.min(Math.max(Number(least), most === '0' ? 0 : 1), 200)
  }

  #peek(): string {
    return this.#source.charAt(this.#at)
  }

  #next(): string {
    const point = this.#source.codePointAt(this.#at)
    if (point === undefined) throw new UnsupportedPattern()
    const character = String.fromCodePoint(point)
    this.#at += character.length
    return character
  }

  #consume(character: string): boolean {
    if (this.#peek() !== character || character === '') return false
    this.#at += 1
    return true
  }
}

/**
 * A short text that matches a regular expression, for the expressions that people write in schemas: characters, classes,
 * groups, alternatives, quantifiers and anchors. Undefined for the others; the caller tries the text anyway.
 */
export function textOfPattern(source: string): string | undefined {
  const reader = new PatternReader(source)
  try {
    const text = reader.alternatives()
    return reader.isDone ? text : undefined
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}

class Unreadable extends Error {}

const CLASSES: Readonly<Record<string, string>> = { d: '1', w: 'a', s: ' ', D: 'a', W: '-', S: 'a' }
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v' }

/** Characters that a negated class is tried with. */
const OTHERS = ['a', '1', 'A', '-', '_', ' ', 'é']

/** Groups in one another that are read. */
const MAX_DEPTH = 50

/** Reads an expression from left to right, answering with the text that it stands for. */
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

  /** The first alternative; the others are read past. */
  alternatives(): string {
    const first = this.#sequence()
    while (this.#takes('|')) this.#sequence()
    return first
  }

  #sequence(): string {
    let text = ''
    while (!this.isDone && !'|)'.includes(this.#peek())) {
      const atom = this.#atom()
      text += atom.repeat(this.#count(atom))
      if (text.length > 200) throw new Unreadable()
    }
    return text
  }

  #atom(): string {
    if (this.#takes('(')) return this.#group()
    if (this.#takes('[')) return this.#class()
    if (this.#takes('\\')) return this.#escape()
    const character = this.#next()
    if (character === '^' || character === '$') return ''
    if (character === '.') return 'a'
    if ('*+?{'.includes(character)) throw new Unreadable()
    return character
  }

  #group(): string {
    this.#depth += 1
    if (this.#depth > MAX_DEPTH) throw new Unreadable()
    if (this.#takes('?') && !this.#takes(':')) {
      if (!this.#takes('<') || '=!'.includes(this.#peek())) throw new Unreadable()
      while (!this.#takes('>')) this.#next()
    }
    const text = this.alternatives()
    if (!this.#takes(')')) throw new Unreadable()
    this.#depth -= 1
    return text
  }

  #class(): string {
    const start = this.#at
    this.#takes('^')
    let first: string | undefined
    while (!this.#takes(']')) {
      const character = this.#takes('\\') ? this.#escape() : this.#next()
      first ??= character
    }
    const expression = new RegExp(`^[${this.#source.slice(start, this.#at)}$`, 'u')
    const found = [first ?? '', ...OTHERS].find((character) => expression.test(character))
    if (found === undefined) throw new Unreadable()
    return found
  }

  #escape(): string {
    const character = this.#next()
    if (character === 'b' || character === 'B') return ''
    if (/[1-9kcpPux0]/.test(character)) throw new Unreadable()
    return CLASSES[character] ?? CONTROLS[character] ?? character
  }

  /** How often the atom stands: once where that is allowed, else as often as it must. */
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
    if (point === undefined) throw new Unreadable()
    const character = String.fromCodePoint(point)
    this.#at += character.length
    return character
  }

  #takes(character: string): boolean {
    if (this.#peek() !== character || character === '') return false
    this.#at += 1
    return true
  }
}

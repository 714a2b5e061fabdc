import { readPattern } from './read-keywords'
import { regexRisk, type RegexRisk } from './regex-safety'
import type { Pattern } from './schema'

/** Maximum text length, in characters, for which an expression of polynomial time is fast. */
const SHORT_TEXT = 1000

const RISK_NOTES = {
  exponential:
    'can take exponential time, so a sender can block the process; rewrite it so that no loop matches one text in two ways',
  polynomial: 'is slow on long texts that almost match; add maxLength',
  unknown: 'may be slow on some texts (its time could not be determined); add maxLength',
} as const satisfies Record<Exclude<RegexRisk, 'none'>, string>

/** Reads the regular expressions of a document, and reports those that are not valid or can be slow. */
export class PatternReader {
  readonly #note: (message: string) => void
  readonly #risks = new Map<string, RegexRisk>()

  constructor(note: (message: string) => void) {
    this.#note = note
  }

  /** @param maxLength maximum length of the text, if the schema has one */
  read(source: unknown, pointer: string, maxLength?: unknown): Pattern | undefined {
    if (typeof source !== 'string') return undefined
    const pattern = readPattern(source)
    if (pattern === undefined) {
      this.#note(
        `${pointer}: ${JSON.stringify(source)} is not a valid regular expression; it is not checked`,
      )
      return undefined
    }
    const risk = this.#risks.get(source) ?? regexRisk(pattern)
    this.#risks.set(source, risk)
    const isShort = typeof maxLength === 'number' && maxLength <= SHORT_TEXT
    if (risk !== 'none' && !(risk === 'polynomial' && isShort)) {
      this.#note(`${pointer}: ${JSON.stringify(source)} ${RISK_NOTES[risk]}`)
    }
    return pattern
  }
}

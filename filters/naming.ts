import { createHash } from 'node:crypto'
import { Code } from './code'
import { hasUnsupportedIdChar, replaceUnsupportedIdChars } from './unicode'

/** Maximum length of an unchanged name, in UTF-8 bytes: file systems allow 255 bytes with suffix and extension. */
const MAX_NAME_BYTES = 120

/**
 * Names that a module may not use for variables, functions or classes (ECMA-262 §12.7.2, strict mode), and three that
 * none should use.
 */
const RESERVED_WORDS = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private protected ' +
    'public return static super switch this throw true try typeof var void while with yield ' +
    'Infinity NaN undefined'
  ).split(' '),
)

/**
 * Names that Windows rejects for files, with any extension and in any case. (Also `com¹` and similar, but no name
 * contains `¹`.)
 */
const DEVICE_NAME = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/i

/**
 * A name in Pascal case: every run of letters and digits starts with a capital; other characters are dropped. Keeps
 * inner capitals and letters of all scripts, except in consecutive words of capitals. A leading digit gets an
 * underscore. `''` if no characters remain.
 */
export function pascalName(text: string): string {
  return toValidIdentifier(joinWords(splitWords(text).map((word) => upperFirst(word))))
}

/** Like `pascalName`, with a lowercase first letter. */
export function camelName(text: string): string {
  const [first = '', ...rest] = splitWords(text)
  return toValidIdentifier(joinWords([lowerFirst(first), ...rest.map((word) => upperFirst(word))]))
}

/** Whether the text is a valid variable name. */
export function isIdentifier(text: string): boolean {
  return (
    /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text) &&
    !RESERVED_WORDS.has(text) &&
    !hasUnsupportedIdChar(text)
  )
}

/**
 * Registry of unique names. Ignores case, because names are file names too. The identifiers that generated code derives
 * from a name are no file names: their case counts.
 */
export class NameRegistry {
  readonly #taken = new Map<string, string>()
  readonly #identifiers = new Set<string>()
  readonly #reserved: Set<string>
  readonly #onClash: (message: string) => void
  readonly #identifiersOf: (name: string) => readonly string[]

  /**
   * @param onClash called for each name that differs from the name in the document
   * @param identifiersOf what generated code declares for a name. Default: the name and `<name>Interface`
   */
  constructor(
    reserved: Iterable<string>,
    onClash: (message: string) => void,
    identifiersOf = (name: string): readonly string[] => [name, `${name}Interface`],
  ) {
    this.#onClash = onClash
    this.#identifiersOf = identifiersOf
    const names = [...reserved]
    this.#reserved = new Set(names.map(foldCase))
    for (const name of names) this.#taken.set(foldCase(name), name)
  }

  /**
   * The wanted name in Pascal case; if not available, with the prefix, or with a number as suffix.
   * Reserves the identifiers of the name too.
   */
  allocate(wanted: string, prefix = ''): string {
    const plain = pascalName(wanted) || 'Unnamed'
    const name = this.#findFree(plain, pascalName(prefix))
    if (name !== plain) {
      this.#onClash(`the name "${plain}" became "${name}" (${this.#clashOf(plain)})`)
    }
    this.reserve(name)
    return name
  }

  /** Reserves a name and its identifiers without a check. */
  reserve(name: string): void {
    this.#taken.set(foldCase(name), name)
    for (const identifier of this.#identifiersOf(name)) this.#identifiers.add(identifier)
  }

  /** Reserves identifiers that are no file names: only the same case is a clash. */
  reserveIdentifiers(identifiers: Iterable<string>): void {
    for (const identifier of identifiers) {
      this.#identifiers.add(identifier)
      this.#reserved.add(identifier)
    }
  }

  #clashOf(plain: string): string {
    if (this.#reserved.has(plain) || this.#reserved.has(foldCase(plain))) {
      return 'the generated code needs it, or it is a global of JavaScript'
    }
    const other = this.#identifiers.has(plain) ? plain : this.#taken.get(foldCase(plain))
    if (other === undefined) return 'derived names clash'
    return other === plain ? 'another model or channel has this name' : `clashes with "${other}"`
  }

  #findFree(plain: string, prefix: string): string {
    if (this.#isFree(plain)) return plain
    const base = plain.startsWith(prefix) ? plain : toValidIdentifier(prefix + plain)
    if (this.#isFree(base)) return base
    let count = 2
    // A number can produce a device name: Com2.
    while (!this.#isFree(toValidIdentifier(`${base}${count}`))) count += 1
    return toValidIdentifier(`${base}${count}`)
  }

  #isFree(name: string): boolean {
    return (
      !this.#taken.has(foldCase(name)) &&
      !this.#identifiersOf(name).some((identifier) => this.#identifiers.has(identifier))
    )
  }
}

/** `{{pascal x}}`: the text as a name in Pascal case. */
export function pascal(text: unknown): Code {
  return new Code(pascalName(String(text)) || 'Unnamed')
}

/** `{{camel x}}`: the text as a name in camel case. */
export function camel(text: unknown): Code {
  return new Code(camelName(String(text)) || 'unnamed')
}

/** `{{identifier x}}`: the text itself if it is an identifier, otherwise the most similar identifier. */
export function identifier(text: unknown): Code {
  const plain = String(text)
  return new Code(isIdentifier(plain) && !isTooLong(plain) ? plain : camelName(plain) || 'unnamed')
}

function splitWords(text: string): string[] {
  return replaceUnsupportedIdChars(text.normalize('NFC'))
    .split(/[^\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}]+/u)
    .filter((word) => word !== '')
    .map((word, index, words) => {
      const neighbors = [words[index - 1], words[index + 1]]
      const isAllCapitals = isUpperCase(word) && neighbors.some(isUpperCase)
      return isAllCapitals ? word.slice(0, 1) + word.slice(1).toLowerCase() : word
    })
}

/** Whether a word has only capitals, so that it would merge with an adjacent one. */
function isUpperCase(word: string | undefined): boolean {
  return word !== undefined && /^[\p{Lu}\p{Nd}]*\p{Lu}[\p{Lu}\p{Nd}]*$/u.test(word)
}

/** Keeps numbers separate: `1/0` does not become `10`. */
function joinWords(words: readonly string[]): string {
  return words.reduce(
    (name, word) =>
      /\p{Nd}$/u.test(name) && /^\p{Nd}/u.test(word) ? `${name}_${word}` : name + word,
    '',
  )
}

function upperFirst(word: string): string {
  const [first = ''] = word
  const upper = first.toUpperCase()
  // Letters such as ß have two capitals, and some capitals are newer than supported: the word then stays unchanged.
  const fits = [...upper].length === 1 && !hasUnsupportedIdChar(upper)
  return (fits ? upper : first) + word.slice(first.length)
}

function lowerFirst(word: string): string {
  const [first = ''] = word
  return first.toLowerCase() + word.slice(first.length)
}

function toValidIdentifier(name: string): string {
  if (name === '') return ''
  const withStart = /^[\p{ID_Start}_]/u.test(name) ? name : `_${name}`
  const short = isTooLong(withStart) ? truncateWithHash(withStart) : withStart
  return RESERVED_WORDS.has(short) || DEVICE_NAME.test(short) ? `${short}_` : short
}

function isTooLong(name: string): boolean {
  return Buffer.byteLength(name) > MAX_NAME_BYTES
}

/** Truncates at a code point and adds a hash of the whole name, so that long names with different ends stay distinct. */
function truncateWithHash(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8)
  let kept = ''
  let bytes = hash.length + 1
  for (const character of name) {
    bytes += Buffer.byteLength(character)
    if (bytes > MAX_NAME_BYTES) break
    kept += character
  }
  return `${kept}_${hash}`
}

function foldCase(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase()
}

import { createHash } from 'node:crypto'
import { Code } from './code'
import { hasYoungLetter, withoutYoungLetters } from './unicode'

/** Longest name that is kept as it is, in UTF-8 bytes: with suffix and extension it stays below the 255 bytes of file systems. */
const MAX_NAME_BYTES = 120

/** What a module may not call a variable, a function or a class (ECMA-262 §12.7.2, strict code), and three that none should. */
const RESERVED_WORDS = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private protected ' +
    'public return static super switch this throw true try typeof var void while with yield ' +
    'Infinity NaN undefined'
  ).split(' '),
)

/**
 * Windows refuses these as file names, with any extension and in any case. (Also `com¹` and such, but no name has an `¹`.)
 */
const DEVICE_NAME = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/i

/**
 * A name in Pascal case: every run of letters and digits begins with a capital, what stands between is dropped.
 * Inner capitals and the letters of all scripts are kept; a leading digit gets an underscore. `''` where nothing is left.
 */
export function pascalName(text: string): string {
  return valid(
    words(text)
      .map((word) => capital(word))
      .join(''),
  )
}

/** As `pascalName`, with a small first letter. */
export function camelName(text: string): string {
  const [first = '', ...rest] = words(text)
  return valid(small(first) + rest.map((word) => capital(word)).join(''))
}

/** Whether the text can stand as the name of a variable. */
export function isIdentifier(text: string): boolean {
  return (
    /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text) &&
    !RESERVED_WORDS.has(text) &&
    !hasYoungLetter(text)
  )
}

/** Names that are given once each, case aside: they are names of files too. */
export class Names {
  readonly #taken = new Map<string, string>()
  readonly #onClash: (message: string) => void
  readonly #suffix: string

  /**
   * @param onClash is told about each name that had to differ from what the document says
   * @param suffix of the names that are derived from one and taken with it
   */
  constructor(
    reserved: Iterable<string>,
    onClash: (message: string) => void,
    suffix = 'Interface',
  ) {
    this.#onClash = onClash
    this.#suffix = suffix
    for (const name of reserved) this.#taken.set(key(name), name)
  }

  /**
   * The wanted name in Pascal case, or, where that is taken, with the prefix in front, or with a number behind.
   * The name derived from it (`…Interface`) is taken with it.
   */
  claim(wanted: string, prefix = ''): string {
    const plain = pascalName(wanted) || 'Unnamed'
    const name = this.#free(plain, pascalName(prefix))
    this.reserve(name)
    if (name !== plain) {
      const other = this.#taken.get(key(plain))
      const reason =
        other === undefined
          ? 'derived names clash'
          : other === plain
            ? 'taken'
            : `clashes with "${other}"`
      this.#onClash(`the name "${plain}" became "${name}" (${reason})`)
    }
    return name
  }

  /** Takes a name and those derived from it without asking. */
  reserve(name: string): void {
    this.#taken.set(key(name), name)
    this.#taken.set(key(name + this.#suffix), name + this.#suffix)
  }

  #free(plain: string, prefix: string): string {
    if (this.#isFree(plain)) return plain
    const base = plain.startsWith(prefix) ? plain : valid(prefix + plain)
    if (this.#isFree(base)) return base
    let count = 2
    // A number can make a name of a device: Com2.
    while (!this.#isFree(valid(`${base}${count}`))) count += 1
    return valid(`${base}${count}`)
  }

  #isFree(name: string): boolean {
    return !this.#taken.has(key(name)) && !this.#taken.has(key(name + this.#suffix))
  }
}

/** `{{pascal x}}` */
export function pascal(text: unknown): Code {
  return new Code(pascalName(String(text)) || 'Unnamed')
}

/** `{{camel x}}` */
export function camel(text: unknown): Code {
  return new Code(camelName(String(text)) || 'unnamed')
}

/** `{{identifier x}}`: the text itself where it is an identifier, else the nearest that is one. */
export function identifier(text: unknown): Code {
  const plain = String(text)
  return new Code(isIdentifier(plain) && !tooLong(plain) ? plain : camelName(plain) || 'unnamed')
}

function words(text: string): string[] {
  return withoutYoungLetters(text.normalize('NFC'))
    .split(/[^\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}]+/u)
    .filter((word) => word !== '')
}

function capital(word: string): string {
  const [first = ''] = word
  const upper = first.toUpperCase()
  // Letters such as ß become two, and some have a capital that is younger than they are: then the word stays as it is.
  const fits = [...upper].length === 1 && !hasYoungLetter(upper)
  return (fits ? upper : first) + word.slice(first.length)
}

function small(word: string): string {
  const [first = ''] = word
  return first.toLowerCase() + word.slice(first.length)
}

function valid(name: string): string {
  if (name === '') return ''
  const started = /^[\p{ID_Start}_]/u.test(name) ? name : `_${name}`
  const short = tooLong(started) ? shorten(started) : started
  return RESERVED_WORDS.has(short) || DEVICE_NAME.test(short) ? `${short}_` : short
}

function tooLong(name: string): boolean {
  return Buffer.byteLength(name) > MAX_NAME_BYTES
}

/** Cuts at a code point and adds a hash of the whole, so that long names that differ at the end stay apart. */
function shorten(name: string): string {
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

function key(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase()
}

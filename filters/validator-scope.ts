import { camelName } from './naming'
import { literal } from './literals'

/** Names that a local variable would hide. */
const USED =
  /^(?:value|report|silent|key|index|own|keys|equal|unique|segment|passed|refuse|stop|within|undefined|is[A-Z]\w*|(?:start|item|inner|matches|part|pattern|values|names|check)\w*)$/

/** Local names of one function, each given once. */
export class Scope {
  readonly #taken = new Set<string>()

  /** A name that recalls the text of the document, where that can be said in ASCII. */
  name(wanted: string): string {
    const camel = camelName(wanted)
    const fit = /^[A-Za-z_$][\w$]*$/.test(camel) && camel.length <= 40
    return this.fresh(!fit ? 'member' : USED.test(camel) ? `${camel}Value` : camel)
  }

  /** The name itself, or with a number behind. */
  fresh(base: string): string {
    let name = base
    for (let count = 2; this.#taken.has(name); count += 1) name = `${base}${count}`
    this.#taken.add(name)
    return name
  }
}

/** A JSON pointer in generated code: known segments, and variables that hold the others. */
export class Pointer {
  readonly #parts: readonly { readonly text: string; readonly variable: boolean }[]

  constructor(parts: readonly { readonly text: string; readonly variable: boolean }[] = []) {
    this.#parts = parts
  }

  property(name: string): Pointer {
    const text = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    return new Pointer([...this.#parts, { text, variable: false }])
  }

  /** @param variable holds the index */
  index(variable: string): Pointer {
    return new Pointer([
      ...this.#parts,
      { text: '/', variable: false },
      { text: variable, variable: true },
    ])
  }

  /** @param code an expression that gives a whole segment, slash and all */
  segment(code: string): Pointer {
    return new Pointer([...this.#parts, { text: code, variable: true }])
  }

  /** As an expression; it is worked out only where something is wrong. */
  code(): string {
    const merged: string[] = []
    let text = ''
    for (const part of this.#parts) {
      if (!part.variable) {
        text += part.text
        continue
      }
      if (text !== '') merged.push(literal(text).text)
      text = ''
      merged.push(part.text)
    }
    if (text !== '' || merged.length === 0) merged.push(literal(text).text)
    return merged.join(' + ')
  }
}

import { appendToPointer } from '../../json-pointer'
import { camelName } from '../../../filters/naming'
import { literal } from '../../../filters/literals'
import { RUNTIME_NAMES } from '../runtime-names'
import { Expression, join, js } from './syntax'

/** Names that validators declare themselves, and `undefined`: a variable of the document must not shadow them. */
const OWN_NAMES =
  /^(?:value|report|key|index|undefined|(?:start|item|inner|matches|part|pattern|values|names|check)\w*)$/

function isReserved(name: string): boolean {
  return OWN_NAMES.test(name) || RUNTIME_NAMES.has(name)
}

/** Unique local names of one function. */
export class Scope {
  readonly #taken = new Set<string>()

  /** A name derived from the text of the document, if the text contains ASCII letters. */
  localName(wanted: string): string {
    const camel = camelName(wanted)
    const fit = /^[A-Za-z_$][\w$]*$/.test(camel) && camel.length <= 40
    return this.uniqueName(!fit ? 'member' : isReserved(camel) ? `${camel}Value` : camel)
  }

  /** The name itself, or with a number as suffix. */
  uniqueName(base: string): string {
    let name = base
    for (let count = 2; this.#taken.has(name); count += 1) name = `${base}${count}`
    this.#taken.add(name)
    return name
  }
}

/** A JSON pointer in generated code: constant text, and expressions for the other segments. */
export class Pointer {
  readonly #parts: readonly (string | Expression)[]

  constructor(parts: readonly (string | Expression)[] = []) {
    this.#parts = parts
  }

  property(name: string): Pointer {
    return new Pointer([...this.#parts, appendToPointer('', [name])])
  }

  /** @param variable contains the index */
  index(variable: string): Pointer {
    return new Pointer([...this.#parts, '/', js`${variable}`])
  }

  /** @param segment a complete segment, including the slash */
  segment(segment: Expression): Pointer {
    return new Pointer([...this.#parts, segment])
  }

  /** The pointer as an expression, which is evaluated only for errors. */
  code(): Expression {
    const merged: Expression[] = []
    let text = ''
    const addText = (): void => {
      if (text !== '') merged.push(new Expression(literal(text).text))
      text = ''
    }
    for (const part of this.#parts) {
      if (typeof part === 'string') {
        text += part
        continue
      }
      addText()
      merged.push(part)
    }
    addText()
    return merged.length === 0 ? new Expression("''") : join(merged, ' + ')
  }
}

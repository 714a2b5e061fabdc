import { json, literal } from './literals'
import { REPORTING } from './validator-code'
import type { Pattern, Schema } from '../pipeline/models/schema'

/** A declaration of the module. */
export interface Part {
  readonly name: string
  readonly code: string
}

/** What the validator of a module is called. */
export function validatorName(module: string): string {
  return `check${module}`
}

/** What the validators of one module share: imports, constants, and functions for alternatives. */
export class Unit {
  /** Names from `runtime/validation`. */
  readonly helpers = new Set<string>(REPORTING)
  /** Names from the files of formats. */
  readonly formats = new Map<string, Set<string>>()
  readonly constants: Part[] = []
  readonly functions: Part[] = []
  readonly #known = new Map<string, string>()
  readonly #functionOf = new Map<Schema, string>()
  #count = 0
  /** Modules whose validators may be called; the others have nothing to check. */
  readonly #checked: ReadonlySet<string>
  /** Whether formats are checked: JSON Schema leaves it open. */
  readonly checksFormats: boolean

  constructor(checked: Iterable<string>, checksFormats: boolean) {
    this.#checked = new Set(checked)
    this.checksFormats = checksFormats
  }

  helper(name: string): string {
    this.helpers.add(name)
    return name
  }

  format(file: string, name: string): string {
    this.formats.set(file, (this.formats.get(file) ?? new Set()).add(name))
    return name
  }

  /** The validator of another module; undefined where that has nothing to check. */
  validatorOf(module: string): string | undefined {
    return this.#checked.has(module) ? validatorName(module) : undefined
  }

  pattern({ source, flags }: Pattern): string {
    const flag = flags === '' ? '' : `, '${flags}'`
    return this.#constant('pattern', `new RegExp(${literal(source).text}${flag})`)
  }

  values(values: readonly unknown[]): string {
    return this.#constant(
      'values',
      `new Set([${values.map((value) => json(value).text).join(', ')}])`,
      'ReadonlySet<unknown>',
    )
  }

  value(value: unknown): string {
    return this.#constant('values', json(value).text, 'unknown')
  }

  /** A function of the module for a part of a schema, made once; undefined where its code is empty. */
  function(prefix: string, schema: Schema, make: (name: string) => string): string | undefined {
    const known = this.#functionOf.get(schema)
    if (known !== undefined) return known === '' ? undefined : known
    this.#count += 1
    const name = `${prefix}${this.#count}`
    this.#functionOf.set(schema, name)
    const code = make(name)
    if (code !== '') {
      this.functions.push({ name, code })
      return name
    }
    this.#functionOf.set(schema, '')
    return undefined
  }

  #constant(prefix: string, code: string, type?: string): string {
    const known = this.#known.get(code)
    if (known !== undefined) return known
    const name = `${prefix}${this.#known.size + 1}`
    this.#known.set(code, name)
    const annotation = type === undefined ? '' : `: ${type}`
    this.constants.push({ name, code: `const ${name}${annotation} = ${code}` })
    return name
  }
}

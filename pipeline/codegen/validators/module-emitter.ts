import { json, literal } from '../../../filters/literals'
import type { Pattern, Schema } from '../../schema/schema'
import { reference, type Block, type Expression } from './syntax'

/** A constant of a module of validators. */
export interface ConstantDeclaration {
  readonly name: string
  /** Type annotation, if the constant needs one. */
  readonly type: string | null
  readonly value: string
}

/** `function name(value: unknown, report: ValidationReport): boolean`, with its body as plain data. */
export interface FunctionDeclaration {
  readonly name: string
  readonly isExported: boolean
  readonly body: Block
}

export function validatorNameOf(module: string): string {
  return `check${module}`
}

/** Shared state of the validators of one module: constants, and functions for parts of schemas. */
export class ModuleEmitter {
  readonly constants: ConstantDeclaration[] = []
  readonly functions: FunctionDeclaration[] = []
  readonly #constants = new Map<string, Expression>()
  readonly #functionOf = new Map<Schema, Expression | undefined>()
  #count = 0
  /** Modules with a validator; all others accept everything. */
  readonly #validated: ReadonlySet<string>
  /** Whether formats are checked. JSON Schema makes this check optional. */
  readonly checksFormats: boolean
  /** Returns the schema of another module. */
  readonly resolve: (module: string) => Schema | undefined

  constructor(
    validated: Iterable<string>,
    checksFormats: boolean,
    resolve: (module: string) => Schema | undefined,
  ) {
    this.resolve = resolve
    this.#validated = new Set(validated)
    this.checksFormats = checksFormats
  }

  /** The validator of another module; undefined if the module accepts everything. */
  useValidator(module: string): Expression | undefined {
    if (!this.#validated.has(module)) return undefined
    return reference({ origin: 'validator', name: validatorNameOf(module), module })
  }

  usePattern({ source, flags }: Pattern): Expression {
    const flag = flags === '' ? '' : `, '${flags}'`
    return this.#declareConstant('pattern', `new RegExp(${literal(source).text}${flag})`)
  }

  useValueSet(values: readonly unknown[]): Expression {
    return this.#declareConstant(
      'values',
      `new Set([${values.map((value) => json(value).text).join(', ')}])`,
      'ReadonlySet<unknown>',
    )
  }

  useValue(value: unknown): Expression {
    return this.#declareConstant('values', json(value).text, 'unknown')
  }

  /** Declares a function of the module for a part of a schema, once for each part; undefined if its body is empty. */
  declareFunction(prefix: string, schema: Schema, emit: () => Block): Expression | undefined {
    if (this.#functionOf.has(schema)) return this.#functionOf.get(schema)
    this.#count += 1
    const name = `${prefix}${this.#count}`
    const expression = reference({ origin: 'declaration', name })
    this.#functionOf.set(schema, expression)
    const body = emit()
    if (body.length > 0) {
      this.functions.push({ name, isExported: false, body })
      return expression
    }
    this.#functionOf.set(schema, undefined)
    return undefined
  }

  #declareConstant(prefix: string, value: string, type: string | null = null): Expression {
    const known = this.#constants.get(value)
    if (known !== undefined) return known
    const name = `${prefix}${this.#constants.size + 1}`
    const expression = reference({ origin: 'declaration', name })
    this.#constants.set(value, expression)
    this.constants.push({ name, type, value })
    return expression
  }
}

import type { Schema } from '../../schema/schema'
import { functionBody } from './emitter'
import { ModuleEmitter, type ConstantDeclaration, type FunctionDeclaration } from './module-emitter'
import { printBlock, referencesOfBlock, type Reference } from './syntax'

/** The validators of a module as plain data; the filter `validators` prints them. */
export interface Validators {
  readonly constants: readonly ConstantDeclaration[]
  readonly functions: readonly FunctionDeclaration[]
}

export const NO_VALIDATORS: Validators = { constants: [], functions: [] }

export interface ValidatorRequest {
  readonly name: string
  readonly schema: Schema
  readonly isExported: boolean
}

export interface ValidatorOptions {
  /** Modules with a validator. */
  readonly validated: Iterable<string>
  /** Whether formats are checked. Default: true. */
  readonly checksFormats?: boolean
  /** Returns the schema of another module. */
  readonly resolve?: (module: string) => Schema | undefined
}

/** One validator for each schema, with the given names; none if the schema accepts everything. */
export function buildValidators(
  requests: readonly ValidatorRequest[],
  { validated, checksFormats = true, resolve = () => undefined }: ValidatorOptions,
): Validators {
  const emitter = new ModuleEmitter(validated, checksFormats, resolve)
  const main = requests
    .map(({ name, schema, isExported }): FunctionDeclaration => ({
      name,
      isExported,
      body: functionBody(schema, emitter),
    }))
    .filter(({ body }) => body.length > 0)
  const used = reachableDeclarations(main, emitter.functions)
  return {
    constants: emitter.constants.filter(({ name }) => used.has(name)),
    functions: [...emitter.functions.filter(({ name }) => used.has(name)), ...main],
  }
}

/** Names that the validators use, directly or through other functions; the others are dropped. */
function reachableDeclarations(
  main: readonly FunctionDeclaration[],
  functions: readonly FunctionDeclaration[],
): Set<string> {
  const byName = new Map(functions.map((one) => [one.name, one]))
  const used = new Set<string>()
  const queue = [...main]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const { origin, name } of referencesOfBlock(next.body)) {
      if (origin !== 'declaration' || used.has(name)) continue
      used.add(name)
      const declaration = byName.get(name)
      if (declaration !== undefined) queue.push(declaration)
    }
  }
  return used
}

/** All names of other modules that the validators use. */
export function externalReferences({ functions }: Validators): Reference[] {
  return functions
    .flatMap(({ body }) => referencesOfBlock(body))
    .filter(({ origin }) => origin !== 'declaration')
}

/** The validators as text, not yet formatted. */
export function printValidators({ constants, functions }: Validators): string {
  const lines = constants.map(
    ({ name, type, value }) => `const ${name}${type === null ? '' : `: ${type}`} = ${value}`,
  )
  const texts = functions.map(
    ({ name, isExported, body }) =>
      `${isExported ? 'export ' : ''}function ${name}(value: unknown, report: ValidationReport): boolean {\n` +
      `${printBlock(body)}\n}`,
  )
  return [lines.join('\n'), ...texts].filter((text) => text !== '').join('\n\n')
}

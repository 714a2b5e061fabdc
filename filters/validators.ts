import type { Schema } from '../pipeline/models/schema'
import { functionCode } from './validator-function'
import { statements } from './validator-emitter'
import { Unit } from './validator-unit'

/** The validators of a module as text, and the imports that they need. */
export interface ValidatorText {
  readonly code: string
  /** Names from `runtime/validation`. */
  readonly helpers: readonly string[]
  /** Names from the runtime's files of formats. */
  readonly formats: readonly { readonly file: string; readonly names: readonly string[] }[]
}

export interface ValidatorRequest {
  readonly name: string
  readonly schema: Schema
  readonly exported: boolean
}

/**
 * One validator for each schema, under the given names; none where there is nothing to check.
 * @param checked modules whose validators may be called
 */
export function validatorText(
  requests: readonly ValidatorRequest[],
  checked: readonly string[],
  checksFormats = true,
): ValidatorText {
  const unit = new Unit(checked, checksFormats)
  const main = requests.map(({ name, schema, exported }) => {
    const code = functionCode(schema, unit, name, statements)
    return code === '' || !exported ? code : `export ${code}`
  })
  const parts = [unit.constants.join('\n'), ...unit.functions, ...main]
  return {
    code: parts.filter((text) => text !== '').join('\n\n'),
    helpers: [...unit.helpers].sort(),
    formats: [...unit.formats].map(([file, names]) => ({ file, names: [...names].sort() })),
  }
}

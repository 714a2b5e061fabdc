import type { Schema } from '../pipeline/models/schema'
import { Pointer, Scope } from './validator-scope'
import type { Spot } from './validator-spot'
import type { Unit } from './validator-unit'

/** A whole validator; `''` where the schema takes everything. */
export function functionCode(
  schema: Schema,
  unit: Unit,
  name: string,
  body: (schema: Schema, spot: Spot) => string,
): string {
  const spot = { value: 'value', pointer: new Pointer(), scope: new Scope(), unit, depth: 0 }
  const code = body(schema, spot)
  if (code === '') return ''
  return `function ${name}(value: unknown, report: ValidationReport): boolean {\n${code}\n}`
}

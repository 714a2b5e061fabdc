import type { Schema } from '../pipeline/models/schema'
import { Pointer, Scope } from './validator-scope'
import type { Statements } from './validator-spot'
import type { Unit } from './validator-unit'

/** A whole validator; `''` where the schema takes everything. */
export function functionCode(
  schema: Schema,
  unit: Unit,
  name: string,
  statements: Statements,
): string {
  const spot = { value: 'value', pointer: new Pointer(), scope: new Scope(), unit, depth: 0 }
  const code = statements(schema, spot)
  if (code === '') return ''
  return [
    `function ${name}(value: unknown, report: ValidationReport): boolean {`,
    'const start = report.count',
    code,
    'return report.count === start',
    '}',
  ].join('\n')
}

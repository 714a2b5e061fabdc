import type { Schema } from '../pipeline/models/schema'
import type { Pointer, Scope } from './validator-scope'
import type { Unit } from './validator-unit'

/** Where code is written: the value's variable, its place for errors, and the function around it. */
export interface Spot {
  readonly value: string
  readonly pointer: Pointer
  readonly scope: Scope
  readonly unit: Unit
  /** How many objects and arrays are around, in this function. */
  readonly depth: number
}

/** Writes the statements that check the value of a spot, or let it be `undefined`; `''` where nothing needs to be checked. */
export type Statements = (schema: Schema, spot: Spot, optional?: boolean) => string

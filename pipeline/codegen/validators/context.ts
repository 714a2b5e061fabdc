import type { Schema } from '../../schema/schema'
import type { ModuleEmitter } from './module-emitter'
import type { Pointer, Scope } from './scope'
import type { Block } from './syntax'

/** Context of emitted code: the variable of the value, its JSON pointer for errors, and the enclosing function. */
export interface EmitContext {
  readonly value: string
  readonly pointer: Pointer
  readonly scope: Scope
  readonly emitter: ModuleEmitter
  /** Number of enclosing objects and arrays in this function. */
  readonly depth: number
}

/**
 * Returns the statements that check the value of a context; `optional` accepts `undefined` too. Empty if no check is
 * needed.
 */
export type EmitStatements = (schema: Schema, context: EmitContext, optional?: boolean) => Block

import type { Code } from '../../filters/code'

/** A module of `payloads/`. The schema's own part is filled in by the models phase. */
export interface PayloadModule {
  /** Name of the type, the value and the file. */
  readonly name: Code
  /** Whether the value is a class, so that instances tell which message they are. */
  readonly instance: boolean
  /** What may be passed to a function that sends: `X | XInterface`, as type text over names that this module exports. */
  readonly input: readonly Code[]
}

/** A module of `parameters/`. */
export interface ParametersModule {
  /** `<Name>Parameters`. */
  readonly name: Code
  /** `<Name>ParametersInput`, what a caller passes: parameters with a default may be left out. */
  readonly input: Code
  /** Whether every parameter may be left out. */
  readonly optional: boolean
}

/** A module of `headers/`. */
export interface HeadersModule {
  readonly name: Code
}

/** The query parameters of one channel; lives in its `parameters/` module or in one of its own. */
export interface QueryShape {
  readonly name: Code
  readonly input: Code
  readonly optional: boolean
}

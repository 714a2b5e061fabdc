import type { ValidationResult } from './core/model'

/** One error of a value. */
export interface StandardIssue {
  readonly message: string
  /** Property names, and indices as text. */
  readonly path: readonly PropertyKey[]
}

/**
 * Standard Schema, version 1 (https://standardschema.dev): the interface of validators for libraries that accept any of
 * them.
 */
export interface StandardSchemaProps<Input, Output> {
  readonly version: 1
  readonly vendor: string
  readonly validate: (
    value: unknown,
  ) =>
    | { readonly value: Output; readonly issues?: undefined }
    | { readonly issues: readonly StandardIssue[] }
  /** For types only: the value does not exist at run time. */
  readonly types?: { readonly input: Input; readonly output: Output }
}

type Validate = (value: unknown, options: { all: boolean }) => ValidationResult

/** @param create converts a valid value, e.g. to an instance */
export function standardSchema<Input, Output>(
  validate: Validate,
  create: (value: Input) => Output,
): StandardSchemaProps<Input, Output> {
  return {
    version: 1,
    vendor: 'asyncapi-eventsource-template',
    validate: (value) => {
      const result = validate(value, { all: true })
      return result.valid
        ? { value: create(value as Input) }
        : {
            issues: result.errors.map(({ pointer, expected, found }) => ({
              message: `must be ${expected}, found ${found}`,
              // The segments of a JSON pointer (RFC 6901 §4).
              path: pointer
                .split('/')
                .slice(1)
                .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~')),
            })),
          }
    },
  }
}

/** Adds the Standard Schema to a model. A valid value is its own result, unless the model is a class. */
export function withStandardSchema<T, I, M extends { readonly validate: Validate }>(
  model: M,
  create: (value: I) => T,
): M & { readonly '~standard': StandardSchemaProps<I, T> } {
  return Object.assign(model, { '~standard': standardSchema(model.validate, create) })
}

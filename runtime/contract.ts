/**
 * The interface between generated code and this package, by number. Code generated with `runtime=package` exports the type
 * of its number. The package exports the types of all numbers that it supports, so an incompatible pair does not compile.
 */
export type RuntimeContract1 = 'code generated for contract 1'

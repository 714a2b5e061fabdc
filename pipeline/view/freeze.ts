import { Code } from '../../filters/code'

/**
 * Freezes plain data recursively; visits cyclic and shared objects once. The result of a getter is not computed for
 * this, so getters must freeze it themselves.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  if (value instanceof Code || value instanceof RegExp) return value
  for (const key of Object.keys(value)) {
    const member = Object.getOwnPropertyDescriptor(value, key)
    if (member?.get === undefined) deepFreeze(member?.value)
  }
  return value
}

/** A frozen value that is computed at its first use. */
export function lazy<T>(compute: () => T): () => T {
  let computed: { readonly value: T } | undefined
  return () => (computed ??= { value: deepFreeze(compute()) }).value
}

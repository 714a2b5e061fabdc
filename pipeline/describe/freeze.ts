import { Code } from '../../filters/code'

/** Freezes plain data all the way down; cycles and shared parts are met once. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  if (value instanceof Code || value instanceof RegExp) return value
  for (const member of Object.values(value)) freeze(member)
  return value
}

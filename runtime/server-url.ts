/** A variable of a server's URL. */
export interface ServerVariable {
  readonly default?: string
  readonly values?: readonly string[]
}

/**
 * Puts the variables into a server's URL.
 * @throws TypeError where a value is missing, or is none of those that the document allows
 */
export function serverUrl(
  url: string,
  variables: Readonly<Record<string, ServerVariable>>,
  given: object = {},
): string {
  const values = new Map<string, unknown>(Object.entries(given))
  return url.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined
    const value = values.get(name) ?? variable?.default
    if (typeof value !== 'string') throw new TypeError(`server variable "${name}" is missing`)
    if (variable?.values !== undefined && !variable.values.includes(value)) {
      throw new TypeError(
        `server variable "${name}" is "${value}", not one of ${variable.values.join(', ')}`,
      )
    }
    return value
  })
}

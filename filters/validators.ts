import type { Schema } from '../pipeline/models/schema'
import { functionCode } from './validator-function'
import { body } from './validator-emitter'
import { Unit, validatorName, type Part } from './validator-unit'

/** The validators of a module as text, and the imports that they need. */
export interface ValidatorText {
  readonly code: string
  /** Names from `runtime/validation`. */
  readonly helpers: readonly string[]
  /** Names from the runtime's files of formats. */
  readonly formats: readonly { readonly file: string; readonly names: readonly string[] }[]
  /** Modules whose validators are called. */
  readonly modules: readonly string[]
}

export interface ValidatorRequest {
  readonly name: string
  readonly schema: Schema
  readonly exported: boolean
}

/**
 * One validator for each schema, under the given names; none where there is nothing to check.
 * @param checked modules whose validators may be called
 */
export function validatorText(
  requests: readonly ValidatorRequest[],
  checked: readonly string[],
  checksFormats = true,
): ValidatorText {
  const unit = new Unit(checked, checksFormats)
  const main = requests.map(({ name, schema, exported }) => {
    const code = functionCode(schema, unit, name, body)
    return code === '' || !exported ? code : `export ${code}`
  })
  const code = main.filter((text) => text !== '')
  const used = namesUsed(code, [...unit.constants, ...unit.functions])
  const kept = (parts: readonly Part[]): string[] =>
    parts.filter(({ name }) => used.has(name)).map((part) => part.code)
  const isUsed = (name: string): boolean => used.has(name)
  return {
    code: [kept(unit.constants).join('\n'), ...kept(unit.functions), ...code]
      .filter((text) => text !== '')
      .join('\n\n'),
    helpers: [...unit.helpers].filter(isUsed).sort(),
    formats: [...unit.formats]
      .map(([file, names]) => ({ file, names: [...names].filter(isUsed).sort() }))
      .filter(({ names }) => names.length > 0),
    modules: checked.filter((module) => isUsed(validatorName(module))),
  }
}

/** What can be reached from the validators: code that turned out to say nothing was left out, what it needed is not. */
function namesUsed(code: readonly string[], parts: readonly Part[]): Set<string> {
  const byName = new Map(parts.map((part) => [part.name, part.code]))
  const used = new Set<string>()
  const queue = [...code]
  for (let text = queue.pop(); text !== undefined; text = queue.pop()) {
    for (const [name] of withoutStrings(text).matchAll(/[A-Za-z_$][\w$]*/g)) {
      if (used.has(name)) continue
      used.add(name)
      queue.push(byName.get(name) ?? '')
    }
  }
  return used
}

/** All strings of the code are literals in the one kind of quotes or the other. */
function withoutStrings(code: string): string {
  return code.replaceAll(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/gs, "''")
}

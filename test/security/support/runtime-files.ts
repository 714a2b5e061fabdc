import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(__dirname, '../../../runtime')

/** All of `runtime/`, by path in the output. */
export function allRuntimeFiles(): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => [`runtime/${name}`, readFileSync(join(folder, name), 'utf8')]),
  )
}

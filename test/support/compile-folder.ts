import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** What the project's TypeScript says of a folder with a tsconfig.json; empty where all is well. */
export function compileFolder(folder: string): string {
  const tsc = join(__dirname, '../../node_modules/typescript/bin/tsc')
  return spawnSync(process.execPath, [tsc, '--noEmit', '-p', folder], { encoding: 'utf8' }).stdout
}

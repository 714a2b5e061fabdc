import { execFile } from 'node:child_process'
import { existsSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(__dirname, '..', '..')

/** Runs the pack with the real generator, like `npm run generate`; rejects with its output on failure. */
export async function generate(
  document: string,
  folder: string,
  ...args: string[]
): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(
    process.execPath,
    [join(root, 'scripts/generate.js'), document, '-o', folder, ...args],
    {
      cwd: root,
    },
  )
}

/** Makes the packages of this project resolvable from a folder. */
export function linkPackages(folder: string): void {
  const link = join(folder, 'node_modules')
  if (!existsSync(link)) symlinkSync(join(root, 'node_modules'), link, 'dir')
}

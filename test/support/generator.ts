import { execFile } from 'node:child_process'
import { existsSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(__dirname, '..', '..')

/** Runs the pack through the real generator, as `npm run generate` does; rejects with its output when it fails. */
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

/** Lets what stands in a folder find the packages of this project. */
export function linkPackages(folder: string): void {
  const link = join(folder, 'node_modules')
  if (!existsSync(link)) symlinkSync(join(root, 'node_modules'), link, 'dir')
}

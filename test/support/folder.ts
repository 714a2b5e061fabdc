import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'

const made: string[] = []

function removeAll(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
}

// Scripts use this module without Jest.
if (typeof afterAll === 'function') afterAll(removeAll)
else process.on('exit', removeAll)

/** A separate folder for a test or a script; removed after the tests of the file, or at the end of the process. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'eventsource-template-'))
  made.push(folder)
  return folder
}

/** Texts of all files in a folder and its subfolders, by path with `/`. */
export function readFolder(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry): [string, string] => {
        const path = join(entry.parentPath, entry.name)
        return [
          path
            .slice(folder.length + 1)
            .split(sep)
            .join('/'),
          readFileSync(path, 'utf8'),
        ]
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

import {
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** Files are written here and then renamed to their target, so that targets are complete at any moment. */
export const TEMP_DIRECTORY = '.eventsource-tmp'

/** Contains the process id, so that two runs in one folder do not share a temporary file. */
const TEMP_FILE = `${process.pid}.tmp`

/** Writes a file atomically. Replaces a symbolic link at the target instead of following it. */
export function writeFileAtomic(folder: string, path: string, content: string): void {
  const target = join(folder, path)
  const temporary = join(folder, TEMP_DIRECTORY, TEMP_FILE)
  mkdirSync(dirname(temporary), { recursive: true })
  mkdirSync(dirname(target), { recursive: true })
  rmSync(temporary, { force: true })
  // Exclusive flag: a file that appears meanwhile, e.g. a symbolic link out of the folder, causes an error.
  writeFileSync(temporary, content, { flag: 'wx' })
  renameSync(temporary, target)
}

/** Removes temporary files of this run and of killed runs, and no other file. */
export function removeTempFiles(folder: string): void {
  const directory = join(folder, TEMP_DIRECTORY)
  if (lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return
  for (const name of readdirSync(directory)) {
    if (name === TEMP_FILE || isStaleTempFile(name)) rmSync(join(directory, name), { force: true })
  }
  if (readdirSync(directory).length === 0) rmdirSync(directory)
}

function isStaleTempFile(name: string): boolean {
  // NaN for other names: `process.kill` then throws a different error than for a missing process.
  const id = Number(/^([1-9]\d{0,9})\.tmp$/.exec(name)?.[1])
  try {
    process.kill(id, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

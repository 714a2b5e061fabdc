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

/** Files are made here and moved to their place, so that what stands there is whole at any moment. */
export const WORKSHOP = '.eventsource-tmp'

/** Named after the process, so that two runs over one folder do not hand each other half a file. */
const OWN = `${process.pid}.tmp`

/** Puts a whole file in its place; a symbolic link there is replaced, not followed. */
export function replace(folder: string, path: string, content: string): void {
  const place = join(folder, path)
  const made = join(folder, WORKSHOP, OWN)
  mkdirSync(dirname(made), { recursive: true })
  mkdirSync(dirname(place), { recursive: true })
  rmSync(made, { force: true })
  // Exclusive: whatever appears there meanwhile, a symbolic link above all, is an error and not a way out of the folder.
  writeFileSync(made, content, { flag: 'wx' })
  renameSync(made, place)
}

/** Removes what this run, or one that was killed, left behind, and nothing else. */
export function clearWorkshop(folder: string): void {
  const workshop = join(folder, WORKSHOP)
  if (lstatSync(workshop, { throwIfNoEntry: false })?.isDirectory() !== true) return
  for (const name of readdirSync(workshop)) {
    if (name === OWN || isLeftover(name)) rmSync(join(workshop, name), { force: true })
  }
  if (readdirSync(workshop).length === 0) rmdirSync(workshop)
}

function isLeftover(name: string): boolean {
  // Of another name this is NaN, which is no process at all: an error of another kind.
  const id = Number(/^([1-9]\d{0,9})\.tmp$/.exec(name)?.[1])
  try {
    process.kill(id, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

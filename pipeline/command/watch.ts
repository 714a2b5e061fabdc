import { readFileSync, watch, type FSWatcher } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'

/** Time without changes before a document is read again, in ms: editors write a file in several steps. */
const QUIET_MS = 100

/** A `$ref` to another file, in YAML or JSON. */
const FILE_REFERENCE = /["']?\$ref["']?\s*:\s*["']?([^"'#\s,}]+)/g

/**
 * Calls back after each change of a document or of a file that it references. Runs until the process ends. Watches
 * folders instead of files: an editor that replaces a file would end the watch of that file.
 */
export function watchDocument(document: string, changed: () => Promise<void>): void {
  const watchers = new Map<string, FSWatcher>()
  let files = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()

  const follow = (): void => {
    files = filesOf(resolve(document))
    for (const folder of new Set([...files].map((file) => dirname(file)))) {
      if (watchers.has(folder)) continue
      watchers.set(
        folder,
        watch(folder, (_, name) => {
          if (name !== null && !files.has(resolve(folder, basename(name)))) return
          clearTimeout(timer)
          timer = setTimeout(() => {
            follow()
            running = running.then(changed)
          }, QUIET_MS)
        }),
      )
    }
  }
  follow()
}

/** A document and all local files that it references, transitively. */
function filesOf(document: string): Set<string> {
  const files = new Set<string>()
  const queue = [document]
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (files.has(file)) continue
    const text = readIfExists(file)
    // A file in a missing folder cannot be watched.
    if (text === undefined && file !== document) continue
    files.add(file)
    for (const [, reference = ''] of text?.matchAll(FILE_REFERENCE) ?? []) {
      if (!/^[a-z][\w+.-]+:/i.test(reference)) queue.push(resolve(dirname(file), reference))
    }
  }
  return files
}

function readIfExists(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

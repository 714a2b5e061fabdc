import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { GenerationError } from './problems'

/** Where the pack lies: two folders up from the compiled file, one from the source. */
export const PACK = resolve(
  __dirname,
  ...(__dirname.endsWith(join('dist', 'pipeline')) ? ['..', '..'] : ['..']),
)

const EXTENSION = '.hbs'

/** A template or partial, by its path below `template/` or its name below `partials/`, with `/` in it on every system. */
export interface Template {
  readonly path: string
  readonly source: string
  /** For messages: where the user finds it. */
  readonly origin: string
}

export interface Templates {
  readonly templates: readonly Template[]
  readonly partials: readonly Template[]
  /** Files of the override folder that are no templates. */
  readonly ignored: readonly string[]
}

/**
 * The pack's templates and partials, and over them those of a folder of the user's: `DIR/<path>` in place of
 * `template/<path>`, `DIR/partials/<name>.hbs` in place of a partial; new paths are added.
 * @throws GenerationError when the folder is not there
 */
export function loadTemplates(overrides: string | undefined): Templates {
  const templates = new Map(
    load(join(PACK, 'template'), 'template').map((item) => [item.path, item]),
  )
  const partials = new Map(
    load(join(PACK, 'partials'), 'partials').map((item) => [item.path, item]),
  )
  const ignored: string[] = []
  if (overrides !== undefined) {
    const folder = resolve(overrides)
    if (!isFolder(folder)) {
      throw new GenerationError([
        `parameter "templates": there is no folder "${overrides}" (looked for ${folder}); it is relative to the working directory`,
      ])
    }
    for (const item of load(folder, overrides.replace(/[\\/]+$/, ''))) {
      const partial = /^partials\/(.+)$/.exec(item.path)?.[1]
      if (partial === undefined) templates.set(item.path, item)
      else partials.set(partial, { ...item, path: partial })
    }
    ignored.push(...files(folder).filter((path) => !path.endsWith(EXTENSION)))
  }
  return {
    templates: [...templates.values()].sort(byPath),
    partials: [...partials.values()].sort(byPath),
    ignored,
  }
}

/** Paths, below the output folder, of the raw copies that the generator makes of this pack's own templates. */
export function packTemplatePaths(): string[] {
  return files(join(PACK, 'template'))
}

function load(folder: string, name: string): Template[] {
  return files(folder)
    .filter((path) => path.endsWith(EXTENSION))
    .map((path) => ({
      path: path.slice(0, -EXTENSION.length),
      source: readFileSync(join(folder, path), 'utf8'),
      origin: `${name}/${path}`,
    }))
}

function files(folder: string): string[] {
  if (!isFolder(folder)) return []
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
    )
    .sort()
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function byPath(a: Template, b: Template): number {
  return a.path < b.path ? -1 : 1
}

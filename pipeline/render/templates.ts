import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { GenerationError } from '../diagnostics'
import { PACK_ROOT } from '../pack'
import { unusedPartials } from './unused-partials'

const TEMPLATE_EXTENSION = '.hbs'

/** A template or partial, by its path in `template/` or its name in `partials/`, with `/` on every platform. */
export interface Template {
  readonly path: string
  readonly source: string
  /** Location for messages to the user. */
  readonly origin: string
}

export interface Templates {
  readonly templates: readonly Template[]
  readonly partials: readonly Template[]
  /** Notes about files of the override folder that have no effect. */
  readonly notes: readonly string[]
}

/**
 * The templates and partials of the pack, overridden by those of a user's folder. `DIR/<path>` replaces
 * `template/<path>`, `DIR/partials/<name>.hbs` replaces a partial; new paths are added.
 * @throws GenerationError if the folder does not exist
 */
export function loadTemplates(overrides: string | undefined): Templates {
  const templates = new Map(
    loadFolder(join(PACK_ROOT, 'template'), 'template').map((item) => [item.path, item]),
  )
  const partials = new Map(
    loadFolder(join(PACK_ROOT, 'partials'), 'partials').map((item) => [item.path, item]),
  )
  const packTemplates = new Set(templates.keys())
  const packPartials = [...partials.keys()]
  const notes: string[] = []
  if (overrides !== undefined) {
    const folder = resolve(overrides)
    if (!isFolder(folder)) {
      throw new GenerationError([
        `parameter "templates": there is no folder "${overrides}" (looked for ${folder}); it is relative to the working directory`,
      ])
    }
    const ownPartials: string[] = []
    for (const item of loadFolder(folder, overrides.replace(/[\\/]+$/, ''))) {
      const partial = /^partials\/(.+)$/.exec(item.path)?.[1]
      if (partial === undefined) {
        templates.set(item.path, item)
        const packPath = item.path.replace(/^template\//, '')
        if (packPath !== item.path && packTemplates.has(packPath)) {
          notes.push(
            `"${item.path}${TEMPLATE_EXTENSION}" adds the file "${item.path}"; to replace the template of the pack, move it out of "template"`,
          )
        }
      } else {
        partials.set(partial, { ...item, path: partial })
        ownPartials.push(partial)
      }
    }
    notes.push(
      ...listFiles(folder)
        .filter((path) => !path.endsWith(TEMPLATE_EXTENSION))
        .map((path) => `"${path}" is not an .hbs file and is ignored`),
      ...unusedPartials(
        ownPartials,
        packPartials,
        [...templates.values(), ...partials.values()].map(({ source }) => source),
      ),
    )
  }
  return {
    templates: [...templates.values()].sort(byPath),
    partials: [...partials.values()].sort(byPath),
    notes,
  }
}

/** Paths of the raw copies that the generator makes of this pack's templates, relative to the output folder. */
export function packTemplatePaths(): string[] {
  return listFiles(join(PACK_ROOT, 'template'))
}

function loadFolder(folder: string, name: string): Template[] {
  return listFiles(folder)
    .filter((path) => path.endsWith(TEMPLATE_EXTENSION))
    .map((path) => ({
      path: path.slice(0, -TEMPLATE_EXTENSION.length),
      source: readFileSync(join(folder, path), 'utf8'),
      origin: `${name}/${path}`,
    }))
}

function listFiles(folder: string): string[] {
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

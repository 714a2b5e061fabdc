import type { Code } from '../filters/code'
import { filters } from '../filters/filters'
import { literal } from '../filters/literals'
import { modelFilters } from '../filters/models'
import { Engine } from './engine'
import type { Template, Templates } from './templates'
import type { View } from './view'

/** A file of the output: its path below the output folder, with `/`, and its text. */
export interface OutputFile {
  readonly path: string
  readonly content: string
}

/** `[payload]` in a template's path: one file for each member of a list, and the view's name for that member. */
const LISTS = {
  channel: 'channels',
  payload: 'payloads',
  parameters: 'parameters',
  headers: 'headers',
} as const satisfies Record<string, keyof View>

/** The view through all templates. A template that renders to white space gives no file. */
export function render(view: View, { templates, partials }: Templates): OutputFile[] {
  const engine = new Engine({ ...filters, ...modelFilters, ...optionFilters(view) })
  for (const partial of partials) engine.partial(partial.path, partial.origin, partial.source)
  return templates
    .flatMap((template) => renderTemplate(engine, template, view))
    .filter(({ content }) => content.trim() !== '')
}

function renderTemplate(engine: Engine, template: Template, view: View): OutputFile[] {
  const rendered = engine.template(template.origin, template.source)
  const list = /\[(\w+)\]/.exec(template.path)?.[1]
  if (list === undefined || !isList(list)) return [{ path: template.path, content: rendered(view) }]
  return view[LISTS[list]].map((member) => ({
    path: template.path.replace(`[${list}]`, member.name.text),
    content: rendered({ ...view, [list]: member }),
  }))
}

function isList(name: string): name is keyof typeof LISTS {
  return Object.hasOwn(LISTS, name)
}

/** Filters that depend on the template parameters. */
function optionFilters({ options }: View): { module: (path: string) => Code } {
  const extension = options.importExtension === 'none' ? '' : `.${options.importExtension}`
  return {
    /** `{{module "../runtime/model"}}`: the specifier of a relative import, as a literal. */
    module: (path) => literal(`${path}${extension}`),
  }
}

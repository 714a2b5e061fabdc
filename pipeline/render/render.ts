import type { Code } from '../../filters/code'
import { filters } from '../../filters'
import { literal } from '../../filters/literals'
import { modelFilters } from '../codegen/model-filters'
import { Engine } from './engine'
import { RUNTIME_PACKAGE } from '../pack'
import type { Template, Templates } from './templates'
import type { View } from '../view/view'

/** A file of the output: its path relative to the output folder, with `/`, and its text. */
export interface OutputFile {
  readonly path: string
  readonly content: string
  /** Location of its template for messages; undefined for a file of the runtime. */
  readonly origin?: string
}

/**
 * `[payload]` in a template's path: one file for each member of a list. The view has the member under the name in brackets.
 */
const MEMBER_LISTS = {
  channel: 'channels',
  payload: 'payloads',
  parameters: 'parameters',
  headers: 'headers',
} as const satisfies Record<string, keyof View>

/** Renders the view with all templates. A template that renders to whitespace produces no file. */
export function render(view: View, { templates, partials }: Templates): OutputFile[] {
  const engine = new Engine({ ...filters, ...modelFilters, ...optionFilters(view) })
  for (const partial of partials)
    engine.registerPartial(partial.path, partial.origin, partial.source)
  return templates
    .flatMap((template) => renderTemplate(engine, template, view))
    .filter(({ content }) => content.trim() !== '')
}

function renderTemplate(engine: Engine, template: Template, view: View): OutputFile[] {
  const { origin } = template
  const rendered = engine.compileTemplate(origin, template.source)
  const list = /\[(\w+)\]/.exec(template.path)?.[1]
  if (list === undefined || !isMemberList(list))
    return [{ path: template.path, content: rendered(view), origin }]
  return view[MEMBER_LISTS[list]].map((member) => ({
    path: template.path.replace(`[${list}]`, member.name.text),
    content: rendered({ ...view, [list]: member }),
    origin,
  }))
}

function isMemberList(name: string): name is keyof typeof MEMBER_LISTS {
  return Object.hasOwn(MEMBER_LISTS, name)
}

const RUNTIME_MODULE = /^(?:\.{1,2}\/)+runtime\/(.+)$/

/** Filters that depend on the template parameters. */
function optionFilters({ options }: View): { module: (path: string) => Code } {
  const extension = options.importExtension === 'none' ? '' : `.${options.importExtension}`
  return {
    /** `{{module "../runtime/model"}}`: the specifier of an import, as a literal. */
    module: (path) => {
      const runtimeModule = RUNTIME_MODULE.exec(path)?.[1]
      return runtimeModule !== undefined && options.usesRuntimePackage
        ? literal(`${RUNTIME_PACKAGE}/${runtimeModule}`)
        : literal(`${path}${extension}`)
    },
  }
}

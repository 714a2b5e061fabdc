import Handlebars from 'handlebars'
import { plan } from '../../pipeline/generate'
import { render } from '../../pipeline/render/render'
import type { Template, Templates } from '../../pipeline/render/templates'
import type { View } from '../../pipeline/view/view'
import { parseFile } from '../support/document'
import { EVERYTHING } from './support/everything'
import { resolved } from './support/resolve'

/**
 * For every place where a template or partial of the pack prints something: put document text there without a filter, and
 * the engine refuses it. A place that none of these runs reaches fails too: then a document is missing here.
 */

interface Place {
  readonly template: Template
  readonly start: number
  readonly end: number
  readonly text: string
}

/** What a template prints, and the partials that it includes. */
class Statements extends Handlebars.Visitor {
  readonly mustaches: hbs.AST.SourceLocation[] = []
  readonly partials: string[] = []

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    this.mustaches.push(mustache.loc)
  }

  override PartialStatement(partial: hbs.AST.PartialStatement): void {
    this.partials.push(String((partial.name as hbs.AST.PathExpression).original))
  }
}

function statementsOf({ source }: Template): Statements {
  const visitor = new Statements()
  visitor.accept(Handlebars.parse(source))
  return visitor
}

function placesOf(template: Template): Place[] {
  const lines = [0]
  for (const line of template.source.split('\n')) lines.push((lines.at(-1) ?? 0) + line.length + 1)
  const offset = ({ line, column }: hbs.AST.Position): number => (lines[line - 1] ?? 0) + column
  return statementsOf(template).mustaches.map((loc) => {
    const [start, end] = [offset(loc.start), offset(loc.end)]
    return { template, start, end, text: template.source.slice(start, end) }
  })
}

interface Run {
  readonly view: View
  readonly templates: Templates
}

async function runs(): Promise<Run[]> {
  const rooms = await parseFile('examples/rooms.yaml')
  const ticker = await parseFile('examples/ticker.yaml')
  const chat = await parseFile('examples/llm-chat.yaml')
  const everything = resolved(EVERYTHING)
  const hosts = { host: 'express,fetch,node,fastify', ui: 'react,vue,svelte,angular,rxjs,share' }
  return [
    plan({ document: everything, parameters: { scaffold: 'true', server: 'main' } }),
    plan({
      document: everything,
      parameters: { scaffold: 'true', model: 'interface', importExtension: 'js' },
    }),
    plan({
      document: everything,
      parameters: { scaffold: 'true', importExtension: 'ts', side: 'client' },
    }),
    plan({ document: everything, parameters: { ...hosts, headers: 'true', runs: 'true' } }),
    plan({ document: everything, parameters: { scaffold: 'true', host: 'node' } }),
    plan({ document: rooms, parameters: { scaffold: 'true', host: 'fetch', ui: 'react' } }),
    plan({ document: chat, parameters: { scaffold: 'true', ui: 'react' } }),
    plan({ document: everything, parameters: { validation: 'none', runtime: 'package' } }),
    plan({ document: chat, parameters: { ...hosts, broker: 'redis', runs: 'true' } }),
    plan({ document: rooms, parameters: { scaffold: 'true', side: 'server', broker: 'redis' } }),
    plan({
      document: ticker,
      parameters: { scaffold: 'true', client: 'eventsource', server: 'production' },
    }),
  ]
}

let all: Run[] = []
beforeAll(async () => {
  all = await runs()
})

const { templates, partials } = plan({ document: resolved(EVERYTHING), parameters: {} }).templates
const files = [...templates, ...partials].filter((template) => placesOf(template).length > 0)

/** The partials that a template includes, also through others, by path. */
function includedBy(template: Template): ReadonlySet<string> {
  const found = new Set<string>()
  const queue = [template]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const name of statementsOf(next).partials) {
      if (found.has(name)) continue
      found.add(name)
      queue.push(...partials.filter(({ path }) => path === name))
    }
  }
  return found
}

const included = new Map(templates.map((template) => [template.path, includedBy(template)]))

/** The parts of all runs that can print what a template or partial prints: one template each, with its partials. */
function usesOf({ origin, path }: Template): Run[] {
  const isTemplate = origin.startsWith('template/')
  return all.flatMap(({ view, templates: set }) =>
    set.templates
      .filter((one) => (isTemplate ? one.path === path : included.get(one.path)?.has(path)))
      .map((one) => {
        const needed = set.partials.filter((partial) => included.get(one.path)?.has(partial.path))
        return { view, templates: { ...set, templates: [one], partials: needed } }
      }),
  )
}

/** Renders all uses with one template or partial changed; the message of what went wrong, if anything did. */
function messageWith(uses: Run[], changed: Template): string | undefined {
  const change = (one: Template): Template => (one.origin === changed.origin ? changed : one)
  for (const [index, { view, templates: set }] of uses.entries()) {
    try {
      render(view, {
        ...set,
        templates: set.templates.map(change),
        partials: set.partials.map(change),
      })
    } catch (error) {
      // Most likely, this use is also the one that reaches the next place.
      uses.unshift(...uses.splice(index, 1))
      return String(error)
    }
  }
  return undefined
}

test('the templates as they are render', () => {
  expect(files.length).toBeGreaterThan(10)
  expect(all.map(({ view, templates: set }) => render(view, set).length > 0)).not.toContain(false)
})

describe.each(files.map((template) => ({ name: template.origin, template })))(
  '$name',
  ({ template }) => {
    let uses: Run[] = []
    beforeAll(() => {
      uses = usesOf(template)
    })

    test.each(placesOf(template).map((place) => ({ text: place.text, place })))(
      'prints no document text in place of $text',
      ({ place }) => {
        for (const bare of [
          '{{@root.info.title}}',
          '{{{@root.info.title}}}',
          '{{&@root.info.title}}',
        ]) {
          const source =
            template.source.slice(0, place.start) + bare + template.source.slice(place.end)
          const message = messageWith(uses, { ...template, source })
          expect(message).toMatch(`${template.origin}:`)
          expect(message).toMatch('text of the document cannot be printed as it is')
        }
      },
    )
  },
)

import Handlebars from 'handlebars'
import { plan } from '../../pipeline/generate'
import { render } from '../../pipeline/render'
import type { Template, Templates } from '../../pipeline/templates'
import type { View } from '../../pipeline/view'
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

class Mustaches extends Handlebars.Visitor {
  readonly found: hbs.AST.SourceLocation[] = []

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    this.found.push(mustache.loc)
  }
}

function placesOf(template: Template): Place[] {
  const visitor = new Mustaches()
  visitor.accept(Handlebars.parse(template.source))
  const lines = [0]
  for (const line of template.source.split('\n')) lines.push((lines.at(-1) ?? 0) + line.length + 1)
  const offset = ({ line, column }: hbs.AST.Position): number => (lines[line - 1] ?? 0) + column
  return visitor.found.map((loc) => {
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
  const everything = resolved(EVERYTHING)
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

/** Renders all runs with one template changed; the message of what went wrong, if anything did. */
function messageWith(template: Template, source: string): string | undefined {
  const changed = { ...template, source }
  const isTemplate = template.origin.startsWith('template/')
  for (const { view, templates: set } of all) {
    try {
      render(view, {
        ...set,
        // A template needs no other; a partial may be anyone's.
        templates: isTemplate ? [changed] : set.templates,
        partials: set.partials.map((one) => (one.origin === template.origin ? changed : one)),
      })
    } catch (error) {
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
    test.each(placesOf(template).map((place) => ({ text: place.text, place })))(
      'prints no document text in place of $text',
      ({ place }) => {
        for (const bare of [
          '{{@root.info.title}}',
          '{{{@root.info.title}}}',
          '{{&@root.info.title}}',
        ]) {
          const { source } = template
          const changed = source.slice(0, place.start) + bare + source.slice(place.end)
          const message = messageWith(template, changed)
          expect(message).toMatch(`${template.origin}:`)
          expect(message).toMatch('text of the document cannot be printed as it is')
        }
      },
    )
  },
)

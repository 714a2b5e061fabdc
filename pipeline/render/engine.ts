import Handlebars from 'handlebars'
import { Code } from '../../filters/code'
import type { Filter, Filters } from '../../filters'
import { closestMatch, didYouMean } from '../suggest'
import { escapeControlCharacters } from '../diagnostics'

/** An error in a template, with place, cause and remedy. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'

  constructor(template: string, line: number | undefined, message: string) {
    super(escapeControlCharacters(`${template}${line === undefined ? '' : `:${line}`}: ${message}`))
  }
}

/** Names that only the engine's own syntax tree can call: a template cannot contain a helper name with a space. */
const EMIT = 'emit value'
const AT = 'at line'

/** The Handlebars helpers that templates may use. The result of a block is printed, so it must only be the block's body. */
const BLOCK_HELPERS = ['if', 'unless', 'each', 'with']

/**
 * Handlebars with one additional rule: templates print only `Code`, numbers and booleans. Every mustache (`{{x}}`,
 * `{{{x}}}`, `{{&x}}`) is rewritten in the syntax tree to pass through that check. No template, partial or override can
 * therefore print text of the document without a filter.
 */
export class Engine {
  readonly #filterNames: readonly string[]
  readonly #helpers: Readonly<Record<string, Handlebars.HelperDelegate>>
  readonly #partials: Record<string, Handlebars.TemplateDelegate> = {}
  #location: { template: string; line: number } | undefined

  constructor(filters: Filters) {
    this.#filterNames = Object.keys(filters)
    this.#helpers = {
      ...Object.fromEntries(
        Object.entries(filters).map(([name, filter]) => [name, toHelper(name, filter)]),
      ),
      [EMIT]: (value: unknown) => emit(value),
      [AT]: (template: string, line: number) => {
        this.#location = { template, line }
        return ''
      },
    }
  }

  /** Registers a template for `{{> name}}`. */
  registerPartial(name: string, path: string, source: string): void {
    this.#partials[name] = compile(path, source, this.#filterNames)
  }

  /** @throws TemplateError if the template cannot be parsed; the returned function throws it for errors during rendering */
  compileTemplate(path: string, source: string): (context: object) => string {
    const render = compile(path, source, this.#filterNames)
    return (context) => {
      this.#location = undefined
      try {
        return render(context, { helpers: this.#helpers, partials: this.#partials })
      } catch (error) {
        throw this.#explain(path, error, context)
      }
    }
  }

  #explain(path: string, error: unknown, context: object): TemplateError {
    const { template, line } = this.#location ?? { template: path, line: undefined }
    const partial = /^The partial (.*) could not be found$/s.exec(errorMessage(error))?.[1]
    if (partial !== undefined) {
      const known = closestMatch(partial, Object.keys(this.#partials))
      return new TemplateError(
        template,
        line,
        `there is no partial "${partial}"${didYouMean(known)}`,
      )
    }
    const missing = /^"(.*)" not defined in /s.exec(errorMessage(error))?.[1]
    if (missing === undefined) return new TemplateError(template, line, errorMessage(error))
    const names = propertyNames(context)
    const guess = closestMatch(missing, [...names])
    const hint = names.has(missing)
      ? ' (another part of the view has it: docs/template-context.md)'
      : didYouMean(guess)
    return new TemplateError(template, line, `there is no "${missing}" here${hint}`)
  }
}

/** Resolves every path strictly. The `strict` of Handlebars accepts `{{#if typo}}`, `{{#each typo}}`, `{{filter typo}}`. */
class StrictCompiler
  extends (Handlebars as unknown as { JavaScriptCompiler: CompilerClass }).JavaScriptCompiler
{
  /** Handlebars creates one for each nested block. */
  readonly compiler = StrictCompiler

  override resolvePath(type: string, parts: string[], start: number, falsy: boolean): void {
    if (start >= parts.length) {
      super.resolvePath(type, parts, start, falsy, false)
      return
    }
    // One part at a time, because Handlebars is strict only for the last part.
    for (let part = start; part < parts.length; part += 1) {
      super.resolvePath(type, parts.slice(0, part + 1), part, falsy, true)
    }
  }
}

type CompilerClass = new () => {
  resolvePath(type: string, parts: string[], start: number, falsy: boolean, strict: boolean): void
}

/** The environment that compiles all templates. It has no filters and no partials: those are given for each rendering. */
const handlebars = Object.assign(Handlebars.create(), {
  JavaScriptCompiler: StrictCompiler,
  // `compile` would apply the parser's whitespace control again, to the rewritten tree.
  parse: (tree: hbs.AST.Program) => tree,
  helpers: Object.fromEntries(BLOCK_HELPERS.map((name) => [name, Handlebars.helpers[name]])),
})

/** A template that was compiled, and what it was compiled from. */
interface Compiled {
  readonly source: string
  readonly filterNames: string
  readonly render: Handlebars.TemplateDelegate
}

/**
 * Compiled templates by path, for all engines of the process: `--watch`, the playground and tests render the same
 * templates again and again, and most of the time of a small run is spent on compiling them.
 */
const compiledTemplates = new Map<string, Compiled>()

function compile(
  path: string,
  source: string,
  filters: readonly string[],
): Handlebars.TemplateDelegate {
  const filterNames = filters.join()
  const known = compiledTemplates.get(path)
  if (known?.source === source && known.filterNames === filterNames) return known.render
  try {
    const tree = Handlebars.parse(source, { srcName: path })
    new Rewriter(path, filters).accept(tree)
    const render = handlebars.compile(tree, {
      strict: true,
      noEscape: true,
      preventIndent: true,
      knownHelpersOnly: true,
      knownHelpers: Object.fromEntries(
        [...filters, EMIT, AT, ...BLOCK_HELPERS].map((name) => [name, true]),
      ) as KnownHelpers,
    })
    compiledTemplates.set(path, { source, filterNames, render })
    return render
  } catch (error) {
    if (error instanceof TemplateError) throw error
    const line = /Parse error on line (\d+)/.exec(String(error))?.[1]
    throw new TemplateError(
      path,
      line === undefined ? undefined : Number(line),
      errorMessage(error),
    )
  }
}

/** All property names of the view; visits each object once. */
function propertyNames(
  value: unknown,
  names = new Set<string>(),
  seen = new Set<unknown>(),
): Set<string> {
  if (typeof value !== 'object' || value === null || seen.has(value)) return names
  seen.add(value)
  for (const [name, member] of Object.entries(value)) {
    if (!Array.isArray(value)) names.add(name)
    propertyNames(member, names, seen)
  }
  return names
}

/** Routes every mustache through `emit`, records the line of every statement, and rejects unknown helpers. */
class Rewriter extends Handlebars.Visitor {
  readonly #path: string
  readonly #filters: readonly string[]

  /** Handlebars' visitor option: the return value of a method replaces the node. */
  readonly mutating = true

  constructor(path: string, filters: readonly string[]) {
    super()
    this.#path = path
    this.#filters = filters
  }

  override Program(program: hbs.AST.Program): void {
    super.Program(program)
    program.body = program.body.flatMap((statement) => [this.#lineMarker(statement), statement])
  }

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): hbs.AST.MustacheStatement {
    const { path, params, hash, loc } = mustache
    super.MustacheStatement(mustache)
    const isCall = params.length > 0 || (hash as hbs.AST.Hash | undefined) !== undefined
    const name = String((path as hbs.AST.PathExpression).original)
    const isFilter = this.#filters.includes(name)
    if (isCall && !isFilter) this.#rejectUnknownFilter(name, loc)
    const value: hbs.AST.Expression = isFilter
      ? ({ type: 'SubExpression', path, params, hash, loc } as hbs.AST.SubExpression)
      : path
    return {
      ...mustache,
      path: helperPath(EMIT, loc),
      params: [value],
      hash: undefined as unknown as hbs.AST.Hash,
    }
  }

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    const name = String(block.path.original)
    if (block.params.length === 0 || !BLOCK_HELPERS.includes(name)) {
      throw new TemplateError(
        this.#path,
        block.loc.start.line,
        `"{{#${name}}}" is not a block; there are {{#if}}, {{#unless}}, {{#each}} and {{#with}}`,
      )
    }
    super.BlockStatement(block)
  }

  override SubExpression(expression: hbs.AST.SubExpression): void {
    const name = String((expression.path as hbs.AST.PathExpression).original)
    if (!this.#filters.includes(name)) this.#rejectUnknownFilter(name, expression.loc)
    super.SubExpression(expression)
  }

  #rejectUnknownFilter(name: string, loc: hbs.AST.SourceLocation): never {
    const guess = closestMatch(name, this.#filters)
    throw new TemplateError(
      this.#path,
      loc.start.line,
      `there is no filter "${name}"${didYouMean(guess)}; the filters are ${this.#filters.join(', ')}`,
    )
  }

  #lineMarker(statement: hbs.AST.Statement): hbs.AST.MustacheStatement {
    const { loc } = statement
    return {
      type: 'MustacheStatement',
      path: helperPath(AT, loc),
      params: [
        {
          type: 'StringLiteral',
          value: this.#path,
          original: this.#path,
          loc,
        } as hbs.AST.StringLiteral,
        {
          type: 'NumberLiteral',
          value: loc.start.line,
          original: loc.start.line,
          loc,
        } as hbs.AST.NumberLiteral,
      ],
      hash: undefined as unknown as hbs.AST.Hash,
      escaped: false,
      strip: { open: false, close: false },
      loc,
    }
  }
}

function helperPath(name: string, loc: hbs.AST.SourceLocation): hbs.AST.PathExpression {
  return { type: 'PathExpression', data: false, depth: 0, parts: [name], original: name, loc }
}

function emit(value: unknown): string {
  if (value instanceof Code) return value.text
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const kind =
    value === null || value === undefined
      ? String(value)
      : Array.isArray(value)
        ? 'a list'
        : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`
  throw new TypeError(
    typeof value === 'string'
      ? `text of the document cannot be printed as it is; print it through a filter, such as {{literal …}} or {{comment …}}`
      : `${kind} cannot be printed; print it through a filter`,
  )
}

/** A filter as a Handlebars helper, with positional arguments only. */
function toHelper(name: string, filter: Filter): Handlebars.HelperDelegate {
  return (...args: unknown[]) => {
    const options = args.pop() as Handlebars.HelperOptions
    if (Object.keys(options.hash as object).length > 0)
      throw new TypeError(`the filter "${name}" takes no named arguments`)
    return filter(...(args as never[]))
  }
}

function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

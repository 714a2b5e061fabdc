import Handlebars from 'handlebars'
import { Code } from '../filters/code'
import type { Filter, Filters } from '../filters/filters'
import { nearest } from './nearest'
import { visible } from './problems'

/** Something is wrong with a template: where, what, what to do. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'

  constructor(template: string, line: number | undefined, message: string) {
    super(visible(`${template}${line === undefined ? '' : `:${line}`}: ${message}`))
  }
}

/** Names that only the engine's own tree may call; no template can write a space into a helper's name. */
const EMIT = 'emit value'
const AT = 'at line'

/** The helpers of Handlebars that a template may call: what a block returns is printed, so it may return nothing but its body. */
const BLOCKS = ['if', 'unless', 'each', 'with']

/**
 * Handlebars, in an environment of its own, with one rule added: what a template prints must be `Code`, a number or a
 * boolean. Every mustache (`{{x}}`, `{{{x}}}`, `{{&x}}`) is rewritten in the syntax tree to pass through that check, so no
 * template, partial or override can print text of the document that no filter made safe.
 */
export class Engine {
  readonly #handlebars = Handlebars.create()
  readonly #filters: Filters
  #place: { template: string; line: number } | undefined

  constructor(filters: Filters) {
    this.#filters = filters
    Object.assign(this.#handlebars, {
      JavaScriptCompiler: StrictCompiler,
      // `compile` would run the parser's white-space control a second time, over the rewritten tree.
      parse: (tree: hbs.AST.Program) => tree,
      helpers: Object.fromEntries(BLOCKS.map((name) => [name, Handlebars.helpers[name]])),
    })
    this.#handlebars.registerHelper(EMIT, (value: unknown) => emit(value))
    this.#handlebars.registerHelper(AT, (template: string, line: number) => {
      this.#place = { template, line }
      return ''
    })
    for (const [name, filter] of Object.entries(filters)) {
      this.#handlebars.registerHelper(name, helper(name, filter))
    }
  }

  /** Makes a template usable as `{{> name}}`. */
  partial(name: string, path: string, source: string): void {
    this.#handlebars.registerPartial(name, this.#compile(path, source))
  }

  /** @throws TemplateError when it cannot be parsed; the function that comes back throws it for what goes wrong in rendering */
  template(path: string, source: string): (context: object) => string {
    const render = this.#compile(path, source)
    return (context) => {
      this.#place = undefined
      try {
        return render(context)
      } catch (error) {
        throw this.#explain(path, error, context)
      }
    }
  }

  #compile(path: string, source: string): Handlebars.TemplateDelegate {
    try {
      const tree = Handlebars.parse(source, { srcName: path })
      new Rewriter(path, Object.keys(this.#filters)).accept(tree)
      return this.#handlebars.compile(tree, {
        strict: true,
        noEscape: true,
        preventIndent: true,
        knownHelpersOnly: true,
        knownHelpers: Object.fromEntries(
          [...Object.keys(this.#filters), EMIT, AT, ...BLOCKS].map((name) => [name, true]),
        ) as KnownHelpers,
      })
    } catch (error) {
      if (error instanceof TemplateError) throw error
      const line = /Parse error on line (\d+)/.exec(String(error))?.[1]
      throw new TemplateError(path, line === undefined ? undefined : Number(line), message(error))
    }
  }

  #explain(path: string, error: unknown, context: object): TemplateError {
    const { template, line } = this.#place ?? { template: path, line: undefined }
    const missing = /^"(.*)" not defined in /s.exec(message(error))?.[1]
    if (missing === undefined) return new TemplateError(template, line, message(error))
    const guess = nearest(missing, [...propertyNames(context)])
    const hint = guess === undefined ? '' : ` (did you mean "${guess}"?)`
    return new TemplateError(template, line, `there is no "${missing}" here${hint}`)
  }
}

/** Looks every path up strictly. Handlebars' own `strict` lets `{{#if typo}}`, `{{#each typo}}` and `{{filter typo}}` pass. */
class StrictCompiler
  extends (Handlebars as unknown as { JavaScriptCompiler: CompilerClass }).JavaScriptCompiler
{
  /** Made for each nested block in turn. */
  readonly compiler = StrictCompiler

  override resolvePath(type: string, parts: string[], start: number, falsy: boolean): void {
    super.resolvePath(type, parts, start, falsy, start < parts.length)
  }
}

type CompilerClass = new () => {
  resolvePath(type: string, parts: string[], start: number, falsy: boolean, strict: boolean): void
}

/** Every property name of the view, each object once. */
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

/** Sends every mustache through `emit`, notes the line of every statement, and refuses helpers that do not exist. */
class Rewriter extends Handlebars.Visitor {
  readonly #path: string
  readonly #filters: readonly string[]

  /** Read by Handlebars' visitor: what a method returns replaces the node. */
  readonly mutating = true

  constructor(path: string, filters: readonly string[]) {
    super()
    this.#path = path
    this.#filters = filters
  }

  override Program(program: hbs.AST.Program): void {
    super.Program(program)
    program.body = program.body.flatMap((statement) => [this.#marker(statement), statement])
  }

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): hbs.AST.MustacheStatement {
    const { path, params, hash, loc } = mustache
    super.MustacheStatement(mustache)
    const called = params.length > 0 || (hash as hbs.AST.Hash | undefined) !== undefined
    const name = String((path as hbs.AST.PathExpression).original)
    const isFilter = this.#filters.includes(name)
    if (called && !isFilter) this.#refuse(name, loc)
    const value: hbs.AST.Expression = isFilter
      ? ({ type: 'SubExpression', path, params, hash, loc } as hbs.AST.SubExpression)
      : path
    return {
      ...mustache,
      path: pathTo(EMIT, loc),
      params: [value],
      hash: undefined as unknown as hbs.AST.Hash,
    }
  }

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    const name = String(block.path.original)
    if (block.params.length === 0 || !BLOCKS.includes(name)) {
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
    if (!this.#filters.includes(name)) this.#refuse(name, expression.loc)
    super.SubExpression(expression)
  }

  #refuse(name: string, loc: hbs.AST.SourceLocation): never {
    const guess = nearest(name, this.#filters)
    throw new TemplateError(
      this.#path,
      loc.start.line,
      `there is no filter "${name}"${guess === undefined ? '' : ` (did you mean "${guess}"?)`}; the filters are ${this.#filters.join(', ')}`,
    )
  }

  #marker(statement: hbs.AST.Statement): hbs.AST.MustacheStatement {
    const { loc } = statement
    return {
      type: 'MustacheStatement',
      path: pathTo(AT, loc),
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

function pathTo(name: string, loc: hbs.AST.SourceLocation): hbs.AST.PathExpression {
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

/** A filter as a Handlebars helper: positional arguments only. */
function helper(name: string, filter: Filter): Handlebars.HelperDelegate {
  return (...args: unknown[]) => {
    const options = args.pop() as Handlebars.HelperOptions
    if (Object.keys(options.hash as object).length > 0)
      throw new TypeError(`the filter "${name}" takes no named arguments`)
    return filter(...(args as never[]))
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** A name that the code of validators uses, and its origin. */
export type Reference =
  /** A function or constant of `runtime/validation`. */
  | { readonly origin: 'helper'; readonly name: string }
  /** A function of a format file of the runtime. */
  | { readonly origin: 'format'; readonly name: string; readonly file: string }
  /** The validator of another module. */
  | { readonly origin: 'validator'; readonly name: string; readonly module: string }
  /** A constant or function of the same module. */
  | { readonly origin: 'declaration'; readonly name: string }

/** An expression, with the names that it uses. */
export class Expression {
  readonly text: string
  readonly references: readonly Reference[]
  readonly negation: string | undefined

  /** @param negation the text of the negated expression; default: the text after `!` */
  constructor(text: string, references: readonly Reference[] = [], negation?: string) {
    this.text = text
    this.references = references
    this.negation = negation
  }

  /** The negated expression, in the usual notation. */
  not(): Expression {
    return new Expression(this.negation ?? `!${this.text}`, this.references, this.text)
  }
}

export const TRUE = new Expression('true', [], 'false')
export const FALSE = new Expression('false', [], 'true')

type Part = Expression | string | number

/** An expression from parts: `` js`${helper}(value)` ``. Strings and numbers are printed as they are. */
export function js(texts: TemplateStringsArray, ...parts: readonly Part[]): Expression {
  const printed = parts.map((part) => (part instanceof Expression ? part.text : String(part)))
  return new Expression(String.raw({ raw: texts }, ...printed), referencesOf(parts))
}

/** A name of another origin than the enclosing function. */
export function reference(origin: Reference): Expression {
  return new Expression(origin.name, [origin])
}

/** `a === b`; its negation is `a !== b`. */
export function equals(a: string, b: string): Expression {
  return new Expression(`${a} === ${b}`, [], `${a} !== ${b}`)
}

/** Expressions with an operator or a comma between them. */
export function join(parts: readonly Expression[], separator: string): Expression {
  return new Expression(parts.map(({ text }) => text).join(separator), referencesOf(parts))
}

function referencesOf(parts: readonly Part[]): Reference[] {
  return parts.flatMap((part) => (part instanceof Expression ? part.references : []))
}

/** A statement of a validator. */
export type Statement =
  /** `if (a && b) return false` */
  | { readonly kind: 'guard'; readonly conditions: readonly Expression[] }
  | { readonly kind: 'if'; readonly branches: readonly Branch[]; readonly otherwise: Block }
  | { readonly kind: 'for'; readonly head: Expression; readonly body: Block }
  /** A declaration or `return`. */
  | { readonly kind: 'line'; readonly code: Expression }

export interface Branch {
  readonly test: Expression
  readonly body: Block
}

/** Consecutive statements; empty if nothing is to be checked. */
export type Block = readonly Statement[]

/** A statement that ends the validator if all conditions are true. */
export function failIf(...conditions: readonly Expression[]): Block {
  return [{ kind: 'guard', conditions }]
}

/** A body that runs if a test is true. A single guard gets the test as its first condition. */
export function ifThen(test: Expression, body: Block): Block {
  const [first, ...others] = body
  if (first?.kind === 'guard' && others.length === 0) return failIf(test, ...first.conditions)
  return ifElse([{ test, body }])
}

/** `if (…) { … } else if (…) { … } else …` */
export function ifElse(branches: readonly Branch[], otherwise: Block = []): Block {
  return branches.length === 0 ? otherwise : [{ kind: 'if', branches, otherwise }]
}

export function forEach(head: Expression, body: Block): Block {
  return [{ kind: 'for', head, body }]
}

export function line(code: Expression): Statement {
  return { kind: 'line', code }
}

/** All names that a block uses; may contain duplicates. */
export function referencesOfBlock(block: Block): Reference[] {
  return block.flatMap((statement): readonly Reference[] => {
    switch (statement.kind) {
      case 'guard':
        return statement.conditions.flatMap(({ references }) => references)
      case 'if':
        return [
          ...statement.branches.flatMap(({ test, body }) => [
            ...test.references,
            ...referencesOfBlock(body),
          ]),
          ...referencesOfBlock(statement.otherwise),
        ]
      case 'for':
        return [...statement.head.references, ...referencesOfBlock(statement.body)]
      case 'line':
        return statement.code.references
    }
  })
}

/** The text of a block, not yet formatted. */
export function printBlock(block: Block): string {
  return block.map(printStatement).join('\n')
}

function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'guard':
      return `if (${join(statement.conditions, ' && ').text}) return false`
    case 'if': {
      const { branches, otherwise } = statement
      const chain = branches
        .map(({ test, body }) => `if (${test.text}) ${braced(body)}`)
        .join(' else ')
      return otherwise.length === 0 ? chain : `${chain} else ${elseBody(otherwise)}`
    }
    case 'for':
      return `for (${statement.head.text}) ${braced(statement.body)}`
    case 'line':
      return statement.code.text
  }
}

/** A single guard continues the chain without braces. */
function elseBody(body: Block): string {
  return body.length === 1 && body[0]?.kind === 'guard' ? printBlock(body) : braced(body)
}

function braced(body: Block): string {
  return `{\n${printBlock(body)}\n}`
}

import ts from 'typescript'

/** One small change that breaks a rule: a test must detect it. */
export interface Mutant {
  readonly line: number
  /** What was done, with the text that it was done to: the same on every machine, also if lines are added above. */
  readonly name: string
  readonly text: string
}

/** Calls that can be removed without a type error: escapes, filters, normalization. */
const DROPPED_CALLS = new Set([
  'replace',
  'replaceAll',
  'trim',
  'trimEnd',
  'normalize',
  'filter',
  'sort',
  'toLowerCase',
  'toUpperCase',
])

/** Every mutant of a source file: a dropped escape, guard, condition, statement, branch or member of a character class. */
export function mutantsOf(source: string): Mutant[] {
  const file = ts.createSourceFile('x.ts', source, ts.ScriptTarget.ES2022, true)
  const mutants: Mutant[] = []
  const add = (node: ts.Node, kind: string, replacement: string): void => {
    const [start, end] = [node.getStart(file), node.getEnd()]
    mutants.push({
      line: file.getLineAndCharacterOfPosition(start).line + 1,
      name: `${kind}: ${node.getText(file).replaceAll(/\s+/g, ' ').slice(0, 160)}`,
      text: source.slice(0, start) + replacement + source.slice(end),
    })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return
    mutate(node, file, add)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return mutants
}

type Add = (node: ts.Node, kind: string, replacement: string) => void

function mutate(node: ts.Node, file: ts.SourceFile, add: Add): void {
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { name, expression } = node.expression
    if (DROPPED_CALLS.has(name.text)) {
      const last = node.arguments.map((argument) => argument.getText(file)).join(', ')
      add(node, `without .${name.text}(${last})`, expression.getText(file))
    }
  } else if (ts.isIfStatement(node)) {
    if (node.elseStatement === undefined) add(node, 'without the case', ';')
    else add(node.expression, 'never', 'false')
  } else if (ts.isConditionalExpression(node)) {
    add(node, 'always', `(${node.whenTrue.getText(file)})`)
    add(node, 'never', `(${node.whenFalse.getText(file)})`)
  } else if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind
    if (kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.AmpersandAmpersandToken) {
      add(node, 'left alone', `(${node.left.getText(file)})`)
      add(node, 'right alone', `(${node.right.getText(file)})`)
    }
  } else if (ts.isThrowStatement(node) || ts.isExpressionStatement(node)) {
    if (!/^super\(/.test(node.getText(file))) add(node, 'without', ';')
  } else if (ts.isRegularExpressionLiteral(node)) {
    for (const { what, text } of weakerExpressions(node.text)) add(node, `without ${what}`, text)
  }
}

/** A regular expression with one member of a class, one branch, one condition or one flag less. */
function weakerExpressions(literal: string): { what: string; text: string }[] {
  const end = literal.lastIndexOf('/')
  const [body, flags] = [literal.slice(1, end), literal.slice(end + 1)]
  const weaker: { what: string; text: string }[] = []
  const add = (what: string, text: string): void => {
    if (isExpression(text, flags)) weaker.push({ what, text: `/${text}/${flags}` })
  }
  for (const match of body.matchAll(/\[\^?((?:\\.|[^\]\\])*)\]/g)) {
    const content = match[1] ?? ''
    const start = match.index + match[0].length - 1 - content.length
    const members =
      /(?:\\[pPux]\{[^}]*\}|\\x..|\\u[\da-f]{4}|\\.|[^\\])(?:-(?:\\x..|\\u[\da-f]{4}|\\.|[^\\]))?/giu
    const all = [...content.matchAll(members)]
    for (const member of all) {
      const [from, to] = [start + member.index, start + member.index + member[0].length]
      add(`${member[0]} in the class`, body.slice(0, from) + body.slice(to))
    }
  }
  const branches = body.split('|')
  if (branches.length > 1 && !/[[(]/.test(body)) {
    for (const branch of branches) {
      add(`the branch ${branch}`, branches.filter((other) => other !== branch).join('|'))
    }
  }
  for (const match of body.matchAll(/(?<=\((?:\?:)?)[^()]*\|[^()]*(?=\))/g)) {
    const choices = match[0].split('|')
    for (const choice of choices) {
      const others = choices.filter((other) => other !== choice).join('|')
      const to = match.index + match[0].length
      add(`the branch ${choice}`, body.slice(0, match.index) + others + body.slice(to))
    }
  }
  for (const { 0: condition, index } of body.matchAll(/\(\?<?[!=](?:\\.|[^()\\])*\)/g)) {
    add(`the condition ${condition}`, body.slice(0, index) + body.slice(index + condition.length))
  }
  for (const flag of flags.replaceAll(/[gu]/g, '')) {
    weaker.push({ what: `the flag ${flag}`, text: `/${body}/${flags.replace(flag, '')}` })
  }
  return weaker
}

function isExpression(body: string, flags: string): boolean {
  try {
    return body !== '' && new RegExp(body, flags) instanceof RegExp
  } catch {
    return false
  }
}

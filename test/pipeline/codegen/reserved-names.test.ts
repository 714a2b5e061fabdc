import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { Scope } from '../../../pipeline/codegen/validators/scope'
import { createModelNames } from '../../../pipeline/view/reserved-names'
import { compileModels, describeSchemas, modelRuntime, renderModels } from './support/models-of'
import { resolveSchema } from './support/resolve'

const GOLDEN = join(__dirname, '../../golden/models')

/** Names that a module uses without a declaration in it: imports and globals. */
function foreignNames(path: string, content: string): string[] {
  const used = new Set<string>()
  const declared = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isImportSpecifier(node)) used.add(node.name.text)
    else if (ts.isIdentifier(node)) {
      const { parent } = node
      const isMember =
        (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
        (ts.isClassElement(parent) && parent.name === node) ||
        (ts.isTypeElement(parent) && parent.name === node) ||
        (ts.isObjectLiteralElement(parent) && parent.name === node) ||
        ts.isNamedTupleMember(parent)
      const isDeclaration =
        (ts.isVariableDeclaration(parent) ||
          ts.isFunctionDeclaration(parent) ||
          ts.isClassDeclaration(parent) ||
          ts.isInterfaceDeclaration(parent) ||
          ts.isTypeAliasDeclaration(parent) ||
          ts.isParameter(parent) ||
          ts.isTypeParameterDeclaration(parent)) &&
        parent.name === node
      if (isDeclaration) declared.add(node.text)
      else if (!isMember) used.add(node.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, content, ts.ScriptTarget.ES2022, true))
  return [...used].filter((name) => !declared.has(name))
}

/** An object with a discriminated union. */
const choice = {
  type: 'object',
  properties: {
    choice: {
      oneOf: ['a', 'b'].map((value) => ({
        type: 'object',
        required: ['type', value],
        properties: { type: { const: value }, [value]: { type: 'string' } },
      })),
    },
  },
}

const formats = {
  type: 'object',
  properties: { day: { type: 'string', format: 'date' }, site: { type: 'string', format: 'uri' } },
}

/** Schemas for all that models and validators print. */
const schemas = [
  ...readdirSync(GOLDEN)
    .filter((name) => name.endsWith('.json'))
    .map((name) => resolveSchema(JSON.parse(readFileSync(join(GOLDEN, name), 'utf8')))),
  choice,
  formats,
]

function renderSubject(schema: unknown, model: 'class' | 'interface'): Record<string, string> {
  const parameter = { name: 'level', schema: { type: 'integer' } }
  const query = { type: 'object', properties: { since: { type: 'integer' } } }
  const models = describeSchemas(
    { Subject: schema },
    {
      model,
      headers: [{ name: 'SubjectHeaders', schema, pointer: '' }],
      parameters: [
        { name: 'SubjectParameters', address: '{level}', pointer: '', parameters: [parameter] },
      ],
      queries: [{ name: 'SubjectQuery', schema: query, pointer: '' }],
    },
  )
  return renderModels(models)
}

const names = [
  ...new Set(
    schemas
      .flatMap((schema) => [renderSubject(schema, 'class'), renderSubject(schema, 'interface')])
      .flatMap((files) => Object.entries(files))
      .flatMap(([path, content]) => foreignNames(path, content)),
  ),
].filter((name) => !name.includes('Subject'))

test('no model has the name of something that a module of models uses', () => {
  const used = names.filter((name) => /^[A-Z]/.test(name))
  expect(used).toEqual(expect.arrayContaining(['DISCARD', 'ReadonlySet', 'Model', 'RegExp']))
  const free = used.filter((name) => createModelNames(() => undefined).allocate(name) === name)
  expect(free).toEqual([])
})

test('no variable of a validator has the name of something that a module of models uses', () => {
  const used = names.filter((name) => /^[a-z]/.test(name))
  expect(used).toEqual(expect.arrayContaining(['addError', 'addAlternativeErrors', 'isDate']))
  expect(used.filter((name) => new Scope().localName(name) === name)).toEqual([])
})

test('a document may use these names', () => {
  const models = describeSchemas({
    DISCARD: {
      type: 'object',
      properties: { value: { anyOf: [{ type: 'string', minLength: 2 }, { minimum: 3 }] } },
    },
    ReadonlySet: {
      type: 'object',
      properties: { letter: { enum: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] } },
    },
    Order: { type: 'object', properties: { addAlternativeErrors: choice } },
  })
  expect(models.reports).toContain(
    'the name "DISCARD" became "DISCARD2" (the generated code needs it, or it is a global of JavaScript)',
  )
  expect(compileModels({ ...modelRuntime(), ...renderModels(models) })).toEqual([])
})

test('names of which only the case differs stay', () => {
  expect(createModelNames(() => undefined).allocate('discard')).toBe('Discard')
})

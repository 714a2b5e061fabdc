import ts from 'typescript'
import { describeSchemas, modelRuntime, renderModels } from './support/models-of'

/** What an editor shows where the caret is behind `at`, and what it strikes out. */
function editor(schema: unknown, use: string): { shown: string; struck: string[] } {
  const files: Record<string, string> = {
    ...modelRuntime(),
    ...renderModels(describeSchemas({ Subject: schema })),
    'use.ts': use,
  }
  const disk = (path: string): string | undefined => files[path.slice(1)] ?? ts.sys.readFile(path)
  const service = ts.createLanguageService({
    getScriptFileNames: () => Object.keys(files).map((path) => `/${path}`),
    getScriptVersion: () => '1',
    getScriptSnapshot: (path) => {
      const text = disk(path)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => '/',
    getCompilationSettings: () => ({ strict: true, types: [] }),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (path) => disk(path) !== undefined,
    readFile: disk,
  })
  const info = service.getQuickInfoAtPosition('/use.ts', use.lastIndexOf('.') + 1)
  const struck = service
    .getSuggestionDiagnostics('/use.ts')
    .filter(({ reportsDeprecated }) => reportsDeprecated !== undefined)
  return {
    shown: ts.displayPartsToString(info?.documentation),
    struck: struck.map(({ start = 0, length = 0 }) => use.slice(start, start + length)),
  }
}

const schema = {
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: 'string', description: 'Of the order.', deprecated: true },
    note: { type: 'string', description: 'Of the client.' },
  },
}

const read = (property: string): string =>
  `import { Subject } from './payloads/Subject'\nexport const read = (subject: Subject) => subject.${property}\n`

test.each([
  { schema, property: 'note', shown: 'Of the client.', struck: [] },
  { schema, property: 'id', shown: 'Of the order.', struck: ['id'] },
  // Nothing is required: the plain type is no interface.
  { schema: { ...schema, required: [] }, property: 'note', shown: 'Of the client.', struck: [] },
])(
  'of an instance, $property is shown with the description',
  ({ schema: one, property, shown, struck }) => {
    expect(editor(one, read(property))).toEqual({ shown, struck })
  },
)

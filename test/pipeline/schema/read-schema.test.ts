import { describeSchemas, load, modelRuntime, renderModels } from '../codegen/support/models-of'

interface Subject {
  validate(value: unknown): { valid: boolean }
}

function subjectOf(schema: object): { subject: Subject; file: string; reports: string[] } {
  const models = describeSchemas({ Subject: schema })
  const files = { ...modelRuntime(), ...renderModels(models) }
  return {
    subject: load(files, 'payloads/Subject.ts')['Subject'] as Subject,
    file: files['payloads/Subject.ts'] ?? '',
    reports: models.reports,
  }
}

test('nullable adds null to an enum that does not list it', () => {
  const { subject, file } = subjectOf({ type: 'string', nullable: true, enum: ['stop', 'length'] })
  expect(file).toContain("export type Subject = ('stop' | 'length' | null)")
  expect(['stop', null].map((value) => subject.validate(value).valid)).toEqual([true, true])
  expect(['other', 3].map((value) => subject.validate(value).valid)).toEqual([false, false])
})

const city = { type: 'object', required: ['city'], properties: { city: { type: 'string' } } }

test.each<{ title: string; schema: object; valid: unknown; invalid: unknown }>([
  {
    title: 'allOf',
    schema: { allOf: [city] },
    valid: { city: 'a' },
    invalid: { city: 1 },
  },
  {
    title: 'allOf and a type',
    schema: { type: 'object', allOf: [city] },
    valid: { city: 'a' },
    invalid: {},
  },
  {
    title: 'oneOf',
    schema: { oneOf: [{ type: 'string' }, { type: 'integer' }] },
    valid: 1,
    invalid: 1.5,
  },
  {
    title: 'oneOf whose alternatives accept null',
    schema: { oneOf: [{ type: ['string', 'null'] }, { type: ['integer', 'null'] }] },
    valid: 'a',
    invalid: true,
  },
  {
    title: 'anyOf',
    schema: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
    valid: 'a',
    invalid: true,
  },
  { title: 'const', schema: { const: 'a' }, valid: 'a', invalid: 'b' },
  {
    title: 'const and a type',
    schema: { type: 'string', const: 'a' },
    valid: 'a',
    invalid: 'b',
  },
  {
    title: 'const and enum',
    schema: { const: 'a', enum: ['a', 'b'] },
    valid: 'a',
    invalid: 'b',
  },
  {
    title: 'if',
    schema: { type: 'string', if: { minLength: 2 }, else: { const: 'a' } },
    valid: 'a',
    invalid: 'b',
  },
  {
    title: 'properties without a type',
    schema: { properties: city.properties },
    valid: { city: 'a' },
    invalid: { city: 1 },
  },
])('nullable adds null beside $title', ({ schema, valid, invalid }) => {
  const root = { type: 'object', required: ['a'], properties: { a: { ...schema, nullable: true } } }
  const { subject, file } = subjectOf(root)
  expect(file).toMatch(/^ *a: .*\bnull\b/m)
  const verdicts = [null, valid, invalid].map((a) => subject.validate({ a }).valid)
  expect(verdicts).toEqual([true, true, false])
})

test('the errors of a nullable schema are those of its parts', () => {
  const root = { type: 'object', properties: { a: { nullable: true, allOf: [city] } } }
  const { subject } = subjectOf(root)
  expect(subject.validate({ a: { city: 1 } })).toEqual({
    valid: false,
    errors: [{ pointer: '/a/city', expected: 'a string', found: '1' }],
  })
})

test.each([
  { format: 'emial', guess: 'email' },
  { format: 'datetime', guess: 'date-time' },
])('a format that is nearly a known one is reported: $format', ({ format, guess }) => {
  expect(subjectOf({ type: 'string', format }).reports).toEqual([
    `#/components/messages/Subject/payload/format: "${format}" is not a known format (did you mean "${guess}"?); it is not checked`,
  ])
})

const named = (...names: string[]): object => ({
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
})

test.each<{ what: string; schema: object; place: string; problem: string }>([
  {
    what: 'a base whose extension adds an optional property',
    schema: { allOf: [{ ...named('a'), additionalProperties: false }, named('a', 'b')] },
    place: 'allOf/0',
    problem: '("b"), so they can never be present',
  },
  {
    what: 'a base whose extension requires a property',
    schema: { allOf: [{ ...named('a'), additionalProperties: false }, { required: ['c', 'a'] }] },
    place: 'allOf/0',
    problem: '("c"), so no object is valid, because "c" must be present',
  },
  {
    what: 'a part of a part',
    schema: { allOf: [{ allOf: [{ additionalProperties: false }, named('a')] }, named('b')] },
    place: 'allOf/0/allOf/0',
    problem: '("a", "b"), so they can never be present',
  },
  {
    what: 'an extension with properties beside allOf',
    schema: { ...named('b'), additionalProperties: false, allOf: [{ allOf: [named('a')] }] },
    place: '',
    problem: '("a"), so they can never be present',
  },
])('additionalProperties: false of one part is reported: $what', ({ schema, place, problem }) => {
  const at = ['#/components/messages/Subject/payload', place, 'additionalProperties']
  expect(subjectOf({ type: 'object', ...schema }).reports).toEqual([
    `${at.filter(Boolean).join('/')}: false forbids the properties of the other parts ${problem}; remove the keyword, or repeat the properties beside it`,
  ])
})

test.each([
  { ...named('a'), additionalProperties: false },
  { allOf: [{ ...named('a', 'b'), additionalProperties: false }, { required: ['b'] }] },
  { allOf: [{ patternProperties: { '^x': {} }, additionalProperties: false }, named('xa')] },
  { oneOf: [{ ...named('a'), additionalProperties: false }, named('b')] },
])('additionalProperties: false that forbids no described property is not: %j', (schema) => {
  expect(subjectOf({ type: 'object', ...schema }).reports).toEqual([])
})

test.each(['email', 'password', 'uint64', 'idn-email', 'chat-color'])(
  'a format that describes is not reported: %s',
  (format) => {
    expect(subjectOf({ type: 'string', format }).reports).toEqual([])
  },
)

test.each([
  { schema: { type: 'integer', enum: ['1', '2'] }, place: 'enum', types: '"integer"' },
  { schema: { type: 'boolean', const: 'true' }, place: 'const', types: '"boolean"' },
  {
    schema: { type: ['integer', 'null'], enum: ['1'] },
    place: 'enum',
    types: '"integer" or "null"',
  },
])('values that all have another type are reported: $schema', ({ schema, place, types }) => {
  expect(subjectOf({ type: 'object', properties: { a: schema } }).reports).toEqual([
    `#/components/messages/Subject/payload/properties/a/${place}: no value has the type ${types}, so the schema accepts nothing; correct "type", or remove the quotes of numbers and booleans`,
  ])
})

test.each([
  { type: 'integer', enum: [1, '2'] },
  { type: 'number', const: 1 },
  { type: 'integer', nullable: true, enum: [1] },
  { enum: ['1'] },
])('values of which one has the type are not reported: %j', (schema) => {
  expect(subjectOf(schema).reports).toEqual([])
})

test('cyclic references are named', () => {
  const a = { $ref: '#/components/schemas/B' }
  const b = { $ref: '#/components/schemas/A' }
  const models = describeSchemas(
    { Subject: { type: 'object', properties: { a } } },
    {
      components: new Map([
        [a, 'A'],
        [b, 'B'],
      ]),
    },
  )
  expect(models.problems).toEqual([
    expect.stringContaining(
      'the references form a loop (#/components/schemas/B → #/components/schemas/A → #/components/schemas/B)',
    ),
  ])
})

test('the address of a page about it is a link', () => {
  const { file } = subjectOf({
    properties: { a: { type: 'string', externalDocs: { url: 'https://example.com/a*/' } } },
  })
  expect(file).toMatch(/@see https:\/\/example\.com\/a\*\\\//)
})

test('a schema qualified by a package gets its own name if that is unique', () => {
  const order = { type: 'object', properties: { a: { type: 'string' } } }
  const first = { type: 'object', properties: { b: { type: 'string' } } }
  const second = { type: 'object', properties: { c: { type: 'string' } } }
  const models = describeSchemas(
    { Subject: { type: 'object', properties: { order, first, second } } },
    {
      components: new Map<object, string>([
        [order, 'io.github.example.dtos.OrderDto'],
        [first, 'io.github.example.a.Item'],
        [second, 'io.github.example.b.Item'],
      ]),
    },
  )
  expect(models.payloads.map(({ name }) => name.text)).toEqual([
    'Subject',
    'OrderDto',
    'IoGithubExampleAItem',
    'IoGithubExampleBItem',
  ])
})

test('a validator of names only declares no variable for the values', () => {
  const { file } = subjectOf({ type: 'object', propertyNames: { const: 'member' } })
  expect(file).not.toContain('const member =')
  expect(file).not.toContain('pointerSegment')
})

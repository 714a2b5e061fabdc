import { inspect } from 'node:util'
import {
  compileModels,
  describeSchemas,
  load,
  modelRuntime,
  renderModels,
} from './support/models-of'

interface Subject {
  new (input: object): Record<string, unknown> & { marshal(): string }
  marshal(message: unknown): string
  unmarshal(text: string): Record<string, unknown> & { marshal(): string }
  validate(
    value: unknown,
    options?: { all?: boolean },
  ): { valid: boolean; errors?: { pointer: string; expected: string; found: string }[] }
}

function generate(
  schema: unknown,
  more: Parameters<typeof describeSchemas>[1] = {},
): { Subject: Subject; files: Record<string, string> } {
  const models = describeSchemas({ Subject: schema }, more)
  expect(models.problems).toEqual([])
  const files = { ...modelRuntime(), ...renderModels(models) }
  return { Subject: load(files, 'payloads/Subject.ts')['Subject'] as Subject, files }
}

const user = {
  type: 'object',
  properties: { displayName: { type: 'string' }, email: { type: 'string', format: 'email' } },
}

describe('an object payload with model=class', () => {
  test('is an instance with exactly the given members', () => {
    const { Subject } = generate(user)
    const message = new Subject({ displayName: 'Ada' })
    expect(message).toBeInstanceOf(Subject)
    expect(Object.keys(message)).toEqual(['displayName'])
    expect('email' in message).toBe(false)
  })

  test('shows its own property names in JSON and on the console', () => {
    const { Subject } = generate(user)
    const message = new Subject({ displayName: 'Ada' })
    expect(JSON.stringify(message)).toBe('{"displayName":"Ada"}')
    expect(message.marshal()).toBe('{"displayName":"Ada"}')
    expect(inspect(message)).toBe("Subject { displayName: 'Ada' }")
  })

  test('keeps properties that the schema does not name', () => {
    const { Subject } = generate(user)
    expect(Subject.unmarshal('{"a":1,"displayName":"Ada"}').marshal()).toBe(
      '{"displayName":"Ada","a":1}',
    )
  })

  const inherits = (own: object): object =>
    Object.assign(Object.create({ displayName: 'inherited' }) as object, own)

  test.each<{ what: string; input: object; want?: object }>([
    { what: 'all named properties', input: { displayName: 'Ada', email: 'a@b' } },
    { what: 'another property', input: { displayName: 'Ada', email: 'a@b', a: 1 } },
    { what: 'another property in place of a named one', input: { email: 'a@b', a: 1 } },
    { what: 'no property', input: {} },
    { what: 'null and false', input: { displayName: null, email: false } },
    { what: 'undefined', input: { displayName: undefined, email: 'a@b' } },
    { what: '__proto__', input: JSON.parse('{"displayName":"Ada","__proto__":{"a":1}}') as object },
    {
      what: '__proto__ in place of one',
      input: JSON.parse('{"email":"a","__proto__":1}') as object,
    },
    { what: 'no prototype', input: Object.assign(Object.create(null), { email: 'a@b' }) as object },
    {
      what: 'an inherited one',
      input: inherits({ a: 1 }),
      want: { displayName: 'inherited', a: 1 },
    },
  ])('has exactly the properties of an object with $what', ({ input, want = input }) => {
    const { Subject } = generate(user)
    const message = new Subject(input)
    const entries = (value: object): unknown[] => Object.entries(value).sort()
    expect(entries(message)).toEqual(entries(want))
    expect(entries(new Subject(message))).toEqual(entries(want))
    expect(Object.getPrototypeOf(message)).toBe(
      (Subject as unknown as { prototype: object }).prototype,
    )
  })

  test('marshal, unmarshal and validate work without `this`', () => {
    const { marshal, unmarshal, validate } = generate(user).Subject
    expect(marshal(unmarshal('{"displayName":"Ada"}'))).toBe('{"displayName":"Ada"}')
    expect(validate({ displayName: 'Ada' })).toEqual({ valid: true })
  })

  test.each(['[]', '"text"', '3', 'null', 'true'])(
    'gives %s back as it is, so that validate can say what is wrong',
    (text) => {
      const { Subject } = generate(user)
      const value = Subject.unmarshal(text)
      expect(value).toEqual(JSON.parse(text))
      expect(Subject.validate(value)).toMatchObject({
        valid: false,
        errors: [{ pointer: '', expected: 'an object' }],
      })
    },
  )

  test('reports a text that is not JSON', () => {
    expect(() => generate(user).Subject.unmarshal('{')).toThrow(SyntaxError)
  })

  test('has the same result for an instance as for the plain object', () => {
    const { Subject } = generate({ ...user, additionalProperties: false, minProperties: 1 })
    for (const content of [{}, { displayName: 'Ada' }, { displayName: 1 }, { other: 1 }]) {
      expect(Subject.validate(new Subject(content))).toEqual(Subject.validate(content))
    }
  })

  test('treats undefined members as absent, like JSON', () => {
    const { Subject } = generate({ ...user, additionalProperties: false })
    expect(Subject.validate({ displayName: undefined, other: undefined })).toEqual({ valid: true })
  })
})

describe.each(['class', 'interface'] as const)('with model=%s', (model) => {
  test.each([
    '__proto__',
    'constructor',
    'marshal',
    'toString',
    'hasOwnProperty',
    'toJSON',
    '__defineGetter__',
    'prototype',
    'name',
    'length',
  ])('%s is a property like any other', (name) => {
    const { Subject, files } = generate(
      { type: 'object', properties: { [name]: { type: 'string' }, a: {} }, required: [name] },
      { model },
    )
    expect(compileModels(files)).toEqual([])
    const text = `{${JSON.stringify(name)}:"x","a":1}`
    const message = Subject.unmarshal(text)
    expect(Object.getPrototypeOf(message)).toBe(
      model === 'class'
        ? (Subject as unknown as { prototype: object }).prototype
        : Object.prototype,
    )
    expect(Subject.marshal(message)).toBe(text)
    expect(Subject.validate(message)).toEqual({ valid: true })
    expect(Subject.validate(Subject.unmarshal('{"a":1}'))).toMatchObject({
      errors: [{ pointer: `/${name}`, found: 'nothing' }],
    })
  })

  test.each([
    { what: 'a string', schema: { type: 'string' }, text: '"x"' },
    { what: 'a number', schema: { type: 'number' }, text: '3' },
    { what: 'null', schema: { type: 'null' }, text: 'null' },
    { what: 'a boolean schema', schema: true, text: '{"a":[1]}' },
    { what: 'an array', schema: { type: 'array', items: { type: 'string' } }, text: '["a"]' },
    { what: 'a union', schema: { type: ['object', 'string'] }, text: '"x"' },
  ])('$what is unchanged after marshal and unmarshal', ({ schema, text }) => {
    const { Subject, files } = generate(schema, { model })
    expect(compileModels(files)).toEqual([])
    expect(Subject.marshal(Subject.unmarshal(text))).toBe(text)
    expect(Subject.validate(Subject.unmarshal(text))).toEqual({ valid: true })
  })

  test('the example of an object without type or required works as written', () => {
    const { files } = generate(
      { properties: { displayName: { type: 'string' }, email: { type: 'string' } } },
      { model },
    )
    const use =
      model === 'class'
        ? "export const a: Subject = new Subject({ displayName: 'test', email: 'test@test.dk' })"
        : "export const a: Subject = { displayName: 'test', email: 'test@test.dk' }"
    files['main.ts'] = `import { Subject } from './payloads/index'
${use}
export const b: string | undefined = a.email
export const text: string = Subject.marshal(a)
`
    expect(compileModels(files)).toEqual([])
  })
})

describe('an object that cannot be a class declaration', () => {
  test.each<{ why: string; schema: unknown; content: object }>([
    {
      why: 'an index signature',
      schema: { type: 'object', additionalProperties: { type: 'number' } },
      content: { a: 1 },
    },
    {
      why: 'alternatives',
      schema: {
        oneOf: [
          { type: 'object', required: ['a'], properties: { a: {} } },
          { type: 'object', required: ['b'], properties: { b: {} } },
        ],
      },
      content: { a: 1 },
    },
    {
      why: 'a property constructor',
      schema: { type: 'object', properties: { constructor: { type: 'number' } } },
      content: { constructor: 1 },
    },
    { why: 'no property at all', schema: { type: 'object' }, content: { x: 1 } },
  ])('has a constructor value all the same: $why', ({ schema, content }) => {
    const { Subject, files } = generate(schema)
    const message = new Subject(content)
    expect(message).toBeInstanceOf(Subject)
    expect(message.marshal()).toBe(JSON.stringify(content))
    expect(inspect(message)).toContain('Subject')
    files['main.ts'] = `import { Subject, type SubjectInterface } from './payloads/index'
import type { Model } from './runtime/model'
const content: SubjectInterface = ${JSON.stringify(content)}
const message: Subject = new Subject(content)
export const text: string = message.marshal()
export const model: Model<Subject, SubjectInterface> = Subject
`
    expect(compileModels(files)).toEqual([])
  })

  test('has the property marshal of the document, not a method', () => {
    const { Subject } = generate({ type: 'object', properties: { marshal: { type: 'string' } } })
    expect(new Subject({ marshal: 'x' }).marshal).toBe('x')
    expect('marshal' in new Subject({})).toBe(false)
    expect(Subject.marshal(new Subject({ marshal: 'x' }))).toBe('{"marshal":"x"}')
  })
})

describe('a text payload', () => {
  const text = (schema: unknown, contentType: string): Subject => {
    const models = describeSchemas(
      {},
      {
        payloads: [
          { name: 'Subject', schema, pointer: '#/p', contentType, schemaFormat: undefined },
        ],
      },
    )
    const files = { ...modelRuntime(), ...renderModels(models) }
    return load(files, 'payloads/Subject.ts')['Subject'] as Subject
  }

  test.each([
    { contentType: 'text/plain', schema: { type: 'string' }, raw: true },
    { contentType: 'text/html; charset=utf-8', schema: { enum: ['a"b'] }, raw: true },
    { contentType: 'text/plain', schema: { allOf: [{ type: 'string' }] }, raw: true },
    { contentType: 'text/plain', schema: { type: ['string'], allOf: [{}] }, raw: true },
    { contentType: 'text/plain', schema: { type: ['string', 'null'] }, raw: false },
    { contentType: 'text/plain', schema: { allOf: [{ minLength: 2 }] }, raw: false },
    { contentType: 'text/plain', schema: { type: 'object' }, raw: false },
    { contentType: 'application/json', schema: { type: 'string' }, raw: false },
    { contentType: 'text/json', schema: { type: 'string' }, raw: false },
  ])('is sent as raw text: $raw, for $contentType and $schema', ({ contentType, schema, raw }) => {
    const model = text(schema, contentType)
    expect(model.marshal('a"b')).toBe(raw ? 'a"b' : '"a\\"b"')
    expect(model.unmarshal(model.marshal('a"b'))).toBe('a"b')
  })
})

describe('with validation=none', () => {
  test('no validator is written and validate answers valid', () => {
    const { Subject, files } = generate(user, { hasValidators: false })
    expect(Subject.validate(3)).toEqual({ valid: true })
    expect(files['payloads/Subject.ts']).not.toContain('checkSubject')
    expect(compileModels(files)).toEqual([])
  })
})

describe('validation errors', () => {
  const { Subject } = generate({
    type: 'object',
    required: ['id', 'lines'],
    properties: {
      id: { type: 'integer', minimum: 1 },
      'a/b~c': { type: 'string', maxLength: 2 },
      lines: {
        type: 'array',
        items: { type: 'object', properties: { kind: { enum: ['x', 'y'] } }, required: ['kind'] },
      },
    },
    additionalProperties: { type: 'boolean' },
  })

  test('name the place, what was expected and what was found', () => {
    expect(Subject.validate({ id: 0, lines: [] })).toEqual({
      valid: false,
      errors: [{ pointer: '/id', expected: 'at least 1', found: '0' }],
    })
  })

  test('are the first only, or all of them in the order of the schema', () => {
    const value = { id: 'x', 'a/b~c': 'long', lines: [{ kind: 'x' }, {}, 3], more: 1 }
    expect(Subject.validate(value).errors).toHaveLength(1)
    expect(Subject.validate(value, { all: true }).errors).toEqual([
      { pointer: '/id', expected: 'an integer', found: '"x"' },
      { pointer: '/a~1b~0c', expected: 'at most 2 characters', found: '"long"' },
      { pointer: '/lines/1/kind', expected: 'one of "x", "y"', found: 'nothing' },
      { pointer: '/lines/2', expected: 'an object', found: '3' },
      { pointer: '/more', expected: 'a boolean', found: '1' },
    ])
  })

  test('of a recursive schema name the whole way', () => {
    const tree: Record<string, unknown> = { type: 'object', required: ['value'] }
    tree['properties'] = { value: { type: 'number' }, nodes: { type: 'array', items: tree } }
    const recursive = generate(tree).Subject
    const value = { value: 1, nodes: [{ value: 2, nodes: [{ value: 'x' }] }, {}] }
    expect(recursive.validate(value, { all: true }).errors).toEqual([
      { pointer: '/nodes/0/nodes/0/value', expected: 'a number', found: '"x"' },
      { pointer: '/nodes/1/value', expected: 'a number', found: 'nothing' },
    ])
  })

  test('of a value that is nested too deeply are returned, not thrown', () => {
    const tree: Record<string, unknown> = { type: 'object' }
    tree['properties'] = { next: tree }
    let value: object = {}
    for (let depth = 0; depth < 200_000; depth += 1) value = { next: value }
    expect(generate(tree).Subject.validate(value)).toMatchObject({
      valid: false,
      errors: [{ expected: 'a value that is nested less deeply' }],
    })
  })

  test('show long text shortened', () => {
    const { validate } = generate({ type: 'number' }).Subject
    expect(validate('x'.repeat(1000)).errors?.[0]?.found).toBe(
      `"${'x'.repeat(80)}"… (1000 characters)`,
    )
  })
})

test.each([
  { count: 10, end: '10' },
  { count: 11, end: '10 or 1 other' },
  { count: 12, end: '10 or 2 others' },
])('an error names ten of $count values, and counts the rest', ({ count, end }) => {
  const { Subject } = generate({ enum: Array.from({ length: count }, (_, index) => index + 1) })
  const expected = `one of 1, 2, 3, 4, 5, 6, 7, 8, 9, ${end}`
  expect(Subject.validate(0).errors).toEqual([{ pointer: '', expected, found: '0' }])
})

test('a tuple with a maximum of items has no additional items', () => {
  const items = [{ type: 'number' }, { type: 'string' }]
  const models = describeSchemas({
    Pair: { type: 'array', items, minItems: 2, maxItems: 2 },
    First: { type: 'array', items, maxItems: 1 },
    Nothing: { type: 'array', items, maxItems: 0 },
    More: { type: 'array', items, minItems: 2, maxItems: 3 },
  })
  const files = { ...modelRuntime(), ...renderModels(models) }
  files['main.ts'] = `import type { Pair, First, Nothing, More } from './payloads/index'
export const take = ([x, name]: Pair): [number, string] => [x, name]
export const first: First[] = [[], [1]]
export const nothing: Nothing = []
export const more: More[] = [[1, 'a'], [1, 'a', true]]
// @ts-expect-error a third item
export const third: Pair = [1, 'a', 2]
// @ts-expect-error a second item
export const second: First = [1, 'a']
// @ts-expect-error an item
export const one: Nothing = [1]
`
  expect(compileModels(files)).toEqual([])
})

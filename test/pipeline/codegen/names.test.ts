import {
  compileModels,
  describeSchemas,
  load,
  modelRuntime,
  renderModels,
} from './support/models-of'

/** Names of all types, by module. */
function names(models: ReturnType<typeof describeSchemas>): Record<string, string[]> {
  return Object.fromEntries(
    models.payloads.map(({ name, types }) => [name.text, types.map((one) => one.name.text)]),
  )
}

const address = { type: 'object', required: ['city'], properties: { city: { type: 'string' } } }

test('a shared schema is one module, however often it is used', () => {
  const models = describeSchemas(
    {
      Order: { type: 'object', properties: { from: address, to: address } },
      Bill: { type: 'object', properties: { to: { type: 'array', items: address } } },
    },
    { components: new Map([[address, 'postal-address']]) },
  )
  expect(names(models)).toEqual({ Order: [], Bill: [], PostalAddress: [] })
  const files = renderModels(models)
  expect(files['payloads/Order.ts']).toContain('from?: PostalAddressInterface')
  expect(compileModels({ ...modelRuntime(), ...files })).toEqual([])
})

test('schemas without a name are named after their location', () => {
  const item = { type: 'object', properties: { sku: { type: 'string' } } }
  const models = describeSchemas({
    Order: {
      type: 'object',
      properties: {
        lines: { type: 'array', items: item },
        'ship-to': { type: 'object', properties: { city: {} } },
        prices: { type: 'object', additionalProperties: { type: 'object', required: ['amount'] } },
        nested: { type: 'array', items: { type: 'array', items: item } },
      },
    },
  })
  expect(names(models)).toEqual({
    Order: ['OrderLinesItem', 'OrderShipTo', 'OrderPricesValue', 'OrderNestedItemItem'],
  })
})

test('names do not change when another part of the document does', () => {
  const order = {
    type: 'object',
    properties: { lines: { type: 'array', items: { type: 'object', required: ['sku'] } } },
  }
  const alone = renderModels(describeSchemas({ Order: order }))
  const among = renderModels(
    describeSchemas({ Address: address, Order: order, Zone: { enum: ['a'] } }),
  )
  expect(among['payloads/Order.ts']).toBe(alone['payloads/Order.ts'])
})

test('two schemas of one title stay two', () => {
  const titled = (name: string): object => ({
    title: 'The item',
    type: 'object',
    required: [name],
    properties: { [name]: { type: 'string' } },
  })
  const models = describeSchemas({
    A: { oneOf: [titled('a'), titled('b')] },
    B: { type: 'object', properties: { c: titled('c') } },
  })
  expect(names(models)).toEqual({ A: ['ATheItem', 'ATheItem2'], B: ['BC'] })
})

test('a message with a shared schema of another name is a class of its own, in the file of the schema', () => {
  const models = describeSchemas(
    { Moved: address, Address: address },
    { components: new Map([[address, 'Address']]) },
  )
  const files = renderModels(models)
  expect(Object.keys(files)).toEqual(['payloads/Address.ts', 'payloads/index.ts'])
  files['main.ts'] = `import { Address, Moved, type MovedInterface } from './payloads/index'
const content: MovedInterface = { city: 'x' }
export const address: Address = new Moved(content)
// @ts-expect-error an address is not a message that something has moved
export const moved: Moved = new Address(content)
export const read: Moved = Moved.unmarshal('{}')
`
  expect(compileModels({ ...modelRuntime(), ...files })).toEqual([])
})

test.each([
  { what: 'a class', schema: { type: 'object', properties: { id: { type: 'string' } } } },
  {
    what: 'an object with an index signature',
    schema: { type: 'object', additionalProperties: { type: 'string' } },
  },
])('instances of messages that share $what are distinguished', ({ schema }) => {
  const models = describeSchemas(
    { Node: schema, Task: schema, Change: schema },
    { components: new Map([[schema, 'Change']]) },
  )
  const files = { ...modelRuntime(), ...renderModels(models) }
  files['main.ts'] = `import { Change, Node, Task } from './payloads/index'
export const node: Node = new Node({})
// @ts-expect-error a task is not a node
export const other: Node = new Task({})
// @ts-expect-error an object of the same shape is not a node
export const alike: Node = { id: 'a', marshal: () => '' }
// @ts-expect-error the shared schema is no node
export const shared: Node = new Change({})
`
  expect(compileModels(files)).toEqual([])
  const { Node, Task } = load(files, 'payloads/Change.ts') as Record<
    string,
    { new (input: object): { marshal(): string }; unmarshal(text: string): object; name: string }
  >
  expect(Node?.name).toBe('Node')
  expect(Task?.unmarshal('{"id":"a"}')).toBeInstanceOf(Task)
  expect(Task?.unmarshal('{"id":"a"}')).not.toBeInstanceOf(Node)
  expect(Task && new Task({ id: 'a' }).marshal()).toBe('{"id":"a"}')
})

test('messages with schemas of the same shape have distinct classes', () => {
  const shape = (description: string): object => ({
    description,
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string', description } },
  })
  const models = describeSchemas({ Opened: shape('opened'), Closed: shape('closed') })
  const files = renderModels(models)
  files['main.ts'] = `import { Closed, Opened } from './payloads/index'
export const opened: Opened = new Opened({ id: 'a' })
// @ts-expect-error of the same shape, but another message
export const closed: Closed = opened
`
  expect(compileModels({ ...modelRuntime(), ...files })).toEqual([])
})

test('a shared schema and a different message of the same name have distinct names', () => {
  const models = describeSchemas(
    { Address: { type: 'object', properties: { address } } },
    { components: new Map([[address, 'address']]) },
  )
  expect(Object.keys(names(models))).toEqual(['Address', 'SchemaAddress'])
  expect(models.reports).toEqual([expect.stringContaining('SchemaAddress')])
})

describe('schemas that contain themselves', () => {
  const tree: Record<string, unknown> = { type: 'object', required: ['value'] }
  tree['properties'] = { value: {}, children: { type: 'array', items: tree } }
  const list: unknown[] = []
  const array = { type: 'array', items: { anyOf: list } }
  list.push({ type: 'number' }, array)
  const a: Record<string, unknown> = { type: 'object' }
  const b: Record<string, unknown> = { type: 'object', properties: { a } }
  a['properties'] = { b }
  const base: Record<string, unknown> = {
    type: 'object',
    discriminator: 'kind',
    required: ['kind'],
    properties: { kind: { type: 'string' } },
  }
  const cat = {
    allOf: [
      base,
      { type: 'object', required: ['lives'], properties: { lives: { type: 'number' } } },
    ],
  }
  const dog = {
    allOf: [
      base,
      { type: 'object', required: ['barks'], properties: { barks: { type: 'boolean' } } },
    ],
  }
  base['oneOf'] = [cat, dog]
  const self: Record<string, unknown> = { type: 'object', properties: { x: { type: 'string' } } }
  self['allOf'] = [self]

  test.each<{ what: string; schemas: Record<string, unknown>; components?: [object, string][] }>([
    { what: 'a tree', schemas: { Tree: tree } },
    { what: 'a tree in a property', schemas: { Forest: { properties: { tree } } } },
    { what: 'arrays in arrays', schemas: { Deep: array } },
    { what: 'two that contain each other', schemas: { A: a, B: b } },
    {
      what: 'two shared ones',
      schemas: { M: { properties: { a } } },
      components: [
        [a, 'A'],
        [b, 'B'],
      ],
    },
    {
      what: 'a base that lists what is made of it',
      schemas: { Pet: base },
      components: [
        [base, 'Pet'],
        [cat, 'Cat'],
        [dog, 'Dog'],
      ],
    },
    {
      what: 'the same, met from below',
      schemas: { Cat: cat },
      components: [
        [base, 'Pet'],
        [cat, 'Cat'],
        [dog, 'Dog'],
      ],
    },
    { what: 'a schema that is all of itself', schemas: { Self: self } },
  ])('compile: $what', ({ schemas, components = [] }) => {
    for (const model of ['class', 'interface'] as const) {
      const models = describeSchemas(schemas, { model, components: new Map(components) })
      expect(models.problems).toEqual([])
      expect(compileModels({ ...modelRuntime(), ...renderModels(models) })).toEqual([])
    }
  })

  test('keep the documentation of the base', () => {
    const files = renderModels(
      describeSchemas(
        { Cat: cat },
        {
          model: 'interface',
          components: new Map([
            [base, 'Pet'],
            [cat, 'Cat'],
            [dog, 'Dog'],
          ]),
        },
      ),
    )
    files['main.ts'] = `import type { Cat, Pet } from './payloads/index'
export const cat: Cat = { kind: 'cat', lives: 9 }
export const pet: Pet = cat
// @ts-expect-error the base requires it
export const none: Cat = { lives: 9 }
`
    expect(compileModels({ ...modelRuntime(), ...files })).toEqual([])
  })
})

test('an unresolved reference, and a value that is not a schema, are errors with their location', () => {
  const models = describeSchemas({
    A: { properties: { a: { $ref: 'other.json' }, b: 'string' } },
  })
  expect(models.problems).toEqual([
    expect.stringMatching(
      /^#\/components\/messages\/A\/payload\/properties\/a: .*other\.json.*bundle/,
    ),
    expect.stringMatching(/^#\/components\/messages\/A\/payload\/properties\/b: .*not string/),
  ])
})

test.each([
  { schemaFormat: 'application/xml', schema: 'x', says: /application\/xml/ },
  { schemaFormat: 'application/raml+yaml;version=1.0', schema: {}, says: /raml/ },
  { schemaFormat: undefined, schema: 'x', says: /not a string/ },
])('refuses a payload that is no JSON Schema: $schemaFormat', ({ schemaFormat, schema, says }) => {
  const request = { name: 'A', schema, pointer: '#/p', contentType: undefined, schemaFormat }
  const { problems } = describeSchemas({}, { payloads: [request] })
  expect(problems).toEqual([expect.stringMatching(says)])
})

test.each([
  { pattern: '(', says: /not a valid regular expression; it is not checked/ },
  { pattern: '^(a+)+$', says: /exponential/ },
])('warns of the pattern $pattern', ({ pattern, says }) => {
  const models = describeSchemas({ A: { type: 'string', pattern } })
  expect(models.reports).toEqual([expect.stringMatching(says)])
  expect(compileModels({ ...modelRuntime(), ...renderModels(models) })).toEqual([])
})

test('messages with the name of an import get another name', () => {
  const object = { type: 'object', properties: { a: { type: 'string', pattern: '^a' } } }
  const names = [
    'Model',
    'ModelConstructor',
    'ValidationReport',
    'Report',
    'Object',
    'Record',
    'Set',
  ]
  const models = describeSchemas({
    ...Object.fromEntries(names.map((name) => [name, object])),
    ModelConstructor: { type: 'object', additionalProperties: { type: 'number' } },
    RegExp: { type: 'object', properties: { toString: { enum: [1, 2, 3, 4, 5, 6, 7] } } },
    Number: { oneOf: [object, { type: 'object', additionalProperties: { type: 'number' } }] },
  })
  expect(compileModels({ ...modelRuntime(), ...renderModels(models) })).toEqual([])
})

test('properties that are called as what a validator uses do not hide it', () => {
  const used = 'value report start item index key own keys stop refuse within passed silent'
  const properties = Object.fromEntries(
    used.split(' ').map((name) => [name, { type: 'array', minItems: 1, items: address }]),
  )
  const schema = { type: 'object', required: ['constructor'], properties }
  const files = { ...modelRuntime(), ...renderModels(describeSchemas({ Order: schema })) }
  expect(compileModels(files)).toEqual([])
})

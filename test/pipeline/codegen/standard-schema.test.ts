import type { StandardSchemaV1 } from '@standard-schema/spec'
import {
  compileModels,
  describeSchemas,
  load,
  modelRuntime,
  renderModels,
} from './support/models-of'

const order = {
  type: 'object',
  required: ['lines'],
  properties: { lines: { type: 'array', items: { type: 'object', required: ['a/b'] } } },
}
const table = { type: 'object', additionalProperties: { type: 'number' } }
const SCHEMAS = { Order: order, Placed: order, Table: table, Level: { enum: [1, 2] } }

const models = describeSchemas(SCHEMAS, { components: new Map([[order, 'Order']]) })
const files = { ...modelRuntime(), ...renderModels(models) }

function schemaOf(path: string, name: string): StandardSchemaV1 {
  return load(files, `payloads/${path}.ts`)[name] as StandardSchemaV1
}

test('models have the type of the specification', () => {
  const main = `import type { StandardSchemaV1 } from '@standard-schema/spec'
import { Level, Order, Placed, Table, type OrderInterface, type TableInterface } from './payloads/index'
export const order: StandardSchemaV1<OrderInterface, Order> = Order
export const placed: StandardSchemaV1<OrderInterface, Placed> = Placed
export const table: StandardSchemaV1<TableInterface, Table> = Table
export const level: StandardSchemaV1<Level> = Level
// @ts-expect-error an order is not an order that was placed
export const other: StandardSchemaV1<OrderInterface, Placed> = Order
`
  expect(compileModels({ ...files, 'main.ts': main })).toEqual([])
})

test.each([
  { path: 'Order', name: 'Order', value: { lines: [] } },
  { path: 'Order', name: 'Placed', value: { lines: [] } },
  { path: 'Table', name: 'Table', value: { a: 1 } },
])('a valid value of $name becomes an instance', async ({ path, name, value }) => {
  const schema = schemaOf(path, name)
  expect(schema['~standard']).toMatchObject({ version: 1, vendor: 'asyncapi-eventsource-template' })
  const result = await schema['~standard'].validate(value)
  if (result.issues !== undefined) throw new Error('the value is valid')
  expect(result.value).toEqual(value)
  expect((result.value as object).constructor).toBe(schema)
})

test('a valid value of another model is its own result', async () => {
  expect(await schemaOf('Level', 'Level')['~standard'].validate(2)).toEqual({ value: 2 })
})

test('all that is wrong with a value is an issue with its path', async () => {
  const result = await schemaOf('Order', 'Order')['~standard'].validate({
    lines: [{ 'a/b': 1 }, {}, 3],
  })
  expect(result.issues).toEqual([
    { message: 'must be a value, found nothing', path: ['lines', '1', 'a/b'] },
    { message: 'must be an object, found 3', path: ['lines', '2'] },
  ])
})

test('models have no Standard Schema with validation=none', () => {
  const none = renderModels(describeSchemas(SCHEMAS, { hasValidators: false }))
  expect(Object.values(none).join()).not.toMatch(/~standard|standard-schema/)
})

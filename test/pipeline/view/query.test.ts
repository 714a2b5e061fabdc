import { plan } from '../../../pipeline/generate'
import type { QueryShape } from '../../../pipeline/codegen/shapes'
import type { Channel } from '../../../pipeline/view/view'
import { parseDocument } from '../../support/document'

const COMPONENTS = {
  Page: {
    type: 'object',
    required: ['page'],
    properties: { page: { $ref: '#/components/schemas/PageNumber' }, size: { type: 'integer' } },
  },
  PageNumber: { type: 'integer', minimum: 1, default: 1 },
  Ids: { type: 'array', items: { type: 'integer' } },
}

async function described(
  query: object,
  address = 'a',
): Promise<{ channel: Channel; query: QueryShape; notes: readonly string[] }> {
  const document = await parseDocument({
    asyncapi: '3.0.0',
    info: { title: 'Test', version: '1' },
    channels: { a: { address, messages: { m: { payload: { type: 'string' } } } } },
    operations: {
      a: { action: 'send', channel: { $ref: '#/channels/a' }, bindings: { http: { query } } },
    },
    components: { schemas: COMPONENTS },
  })
  const { view, diagnostics } = plan({ document, parameters: {} })
  const [channel] = view.channels
  if (channel?.query == null) throw new Error('the channel has no query')
  return { channel, query: channel.query, notes: diagnostics.notes }
}

/** What a request must have, and what it has by default. */
function essence({ parameters }: QueryShape): object {
  return Object.fromEntries(
    parameters.map((one) => [one.name, [one.required, one.default?.value, one.kinds.join()]]),
  )
}

test('the parameters of all members of allOf are parameters of the query', async () => {
  const { query, notes } = await described({
    required: ['size'],
    allOf: [
      { $ref: '#/components/schemas/Page' },
      { type: 'object', required: ['q'], properties: { q: { type: 'string' } } },
    ],
  })
  expect(essence(query)).toEqual({
    page: [true, 1, 'number'],
    size: [true, undefined, 'number'],
    q: [true, undefined, 'string'],
  })
  expect(query.index).toBeNull()
  expect(notes).toEqual([])
})

test('a parameter in several members of allOf has the schemas of all', async () => {
  const { query } = await described({
    allOf: [
      { type: 'object', properties: { kind: { type: 'string', maxLength: 5 } } },
      { type: 'object', properties: { kind: { enum: ['a', 'too long'], default: 'a' } } },
    ],
  })
  expect(essence(query)).toEqual({ kind: [false, 'a', 'string'] })
  expect(query.parameters[0]?.schema).toMatchObject({
    allOf: [{ maxLength: 5 }, { values: ['a', 'too long'] }],
  })
})

test('a parameter of the address is declared once, and a constant in allOf is its default', async () => {
  const { query } = await described(
    {
      allOf: [
        { type: 'object', properties: { kind: { const: 'new' }, limit: { type: 'integer' } } },
      ],
    },
    'a?limit={limit}',
  )
  expect(essence(query)).toEqual({
    kind: [false, 'new', 'string'],
    limit: [false, undefined, 'number'],
  })
})

test('a reference to an array has the items of the array', async () => {
  const { query } = await described({
    type: 'object',
    properties: { ids: { $ref: '#/components/schemas/Ids' } },
  })
  expect(query.parameters[0]).toMatchObject({ kinds: ['array'], items: ['number'] })
})

test('a required parameter without a schema has the schema of other parameters', async () => {
  const { query } = await described({
    type: 'object',
    required: ['x', 'undeclared'],
    properties: { x: { type: 'string' } },
    additionalProperties: { type: 'integer' },
  })
  expect(essence(query)).toEqual({
    x: [true, undefined, 'string'],
    undeclared: [true, undefined, 'number'],
  })
})

test('each keyword that is not applied is a note', async () => {
  const { notes } = await described({
    type: 'object',
    description: 'applied',
    properties: { x: { type: 'string' } },
    additionalProperties: { type: 'integer' },
    minProperties: 3,
    dependencies: { x: ['y'] },
    allOf: [{ type: 'object', oneOf: [{ required: ['x'] }, { required: ['y'] }] }],
  })
  const place = '#/operations/a/bindings/http/query'
  expect(notes).toEqual([
    `${place}/additionalProperties: it has no effect on a query, whose parameters are checked one by one; state the condition in the description (and 3 more; -p report=all lists them)`,
  ])
})

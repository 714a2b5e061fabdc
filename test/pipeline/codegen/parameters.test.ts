import type { ParametersModel, QueryModel } from '../../../runtime/core/parameters'
import {
  compileModels,
  describeSchemas,
  load,
  modelRuntime,
  renderModels,
} from './support/models-of'

type Model = ParametersModel<Record<string, unknown>, object>

function parameters(
  ...list: { name: string; schema?: unknown; enum?: string[]; default?: string }[]
): { model: Model; files: Record<string, string> } {
  const models = describeSchemas(
    {},
    {
      parameters: [{ name: 'RoomParameters', address: 'rooms', pointer: '#/c', parameters: list }],
    },
  )
  const files = { ...modelRuntime(), ...renderModels(models) }
  expect(compileModels(files)).toEqual([])
  const exports = load(files, 'parameters/RoomParameters.ts')
  return { model: exports['RoomParameters'] as Model, files }
}

test.each<{ schema: unknown; text: string; want: unknown }>([
  { schema: { type: 'string' }, text: '1', want: '1' },
  { schema: { type: 'integer' }, text: '12', want: 12 },
  { schema: { type: 'number' }, text: '-1.5e3', want: -1500 },
  { schema: { type: 'boolean' }, text: 'true', want: true },
  { schema: { type: ['integer', 'string'] }, text: '12', want: 12 },
  { schema: { type: ['integer', 'string'] }, text: '1.5', want: '1.5' },
  { schema: { type: ['integer', 'string'] }, text: '', want: '' },
  { schema: { enum: [1, 'a'] }, text: '1', want: 1 },
  { schema: { enum: [1, 'a'] }, text: 'a', want: 'a' },
  { schema: {}, text: 'x', want: 'x' },
  { schema: undefined, text: 'x', want: 'x' },
])('reads $text by $schema', ({ schema, text, want }) => {
  const { model } = parameters({ name: 'id', schema })
  expect(model.parse({ id: text })).toEqual({ id: want })
  expect(model.format({ id: want })).toEqual({ id: text === '-1.5e3' ? '-1500' : text })
})

test.each<{ schema: unknown; text: string }>([
  { schema: { type: 'integer' }, text: '1.5' },
  { schema: { type: 'integer' }, text: 'x' },
  { schema: { type: 'integer' }, text: '' },
  { schema: { type: 'number' }, text: '0x10' },
  { schema: { type: 'number' }, text: '1e999' },
  { schema: { type: 'boolean' }, text: 'yes' },
  { schema: { type: 'string', pattern: '^a' }, text: 'b' },
  { schema: { type: 'integer', maximum: 3 }, text: '4' },
])('refuses $text by $schema and names the parameter', ({ schema, text }) => {
  const { model } = parameters({ name: 'id', schema })
  expect(() => model.parse({ id: text })).toThrow(
    expect.objectContaining({ name: 'ParameterError', parameter: 'id' }) as Error,
  )
})

test('3.x: the values are typed and checked, and what has a default may be left out', () => {
  const { model, files } = parameters(
    { name: 'user-id' },
    { name: 'size', enum: ['small', 'large'], default: 'small' },
  )
  expect(Object.keys(model.format({ 'user-id': 'a', size: 'small' }))).toEqual(['user-id', 'size'])
  expect(model.check({ 'user-id': 'a' })).toEqual({ 'user-id': 'a', size: 'small' })
  expect(() => model.check({ 'user-id': 'a', size: 'huge' })).toThrow(/one of "small", "large"/)
  expect(() => model.check({})).toThrow(/"user-id" is missing/)
  files['main.ts'] = `import type { RoomParameters, RoomParametersInput } from './parameters/index'
export const out: RoomParameters = { 'user-id': 'a', size: 'large' }
export const input: RoomParametersInput = { 'user-id': 'a' }
// @ts-expect-error it is one of two
export const wrong: RoomParametersInput = { 'user-id': 'a', size: 'huge' }
// @ts-expect-error it has no default
export const missing: RoomParametersInput = {}
`
  expect(compileModels(files)).toEqual([])
})

test.each<{ title: string; parameter: object; isRefused: boolean }>([
  {
    title: 'outside of enum',
    parameter: { enum: ['open', 'closed'], default: 'all' },
    isRefused: true,
  },
  { title: 'in enum', parameter: { enum: ['open'], default: 'open' }, isRefused: false },
  { title: 'of any text', parameter: { default: 'all' }, isRefused: false },
  {
    title: 'of another type',
    parameter: { schema: { type: 'integer', default: 'all' } },
    isRefused: true,
  },
  {
    title: 'of the type',
    parameter: { schema: { type: 'integer', default: 1 } },
    isRefused: false,
  },
])('a default $title: the note that it is refused is $isRefused', ({ parameter, isRefused }) => {
  const list = [{ name: 'state', pointer: '#/c/parameters/state', ...parameter }]
  const request = { name: 'RoomParameters', address: 'a', pointer: '#/c', parameters: list }
  const { reports } = describeSchemas({}, { parameters: [request] })
  expect(reports).toHaveLength(isRefused ? 1 : 0)
  if (isRefused) expect(reports[0]).toMatch(/^#\/c\/parameters\/state: .*refuses the default "all"/)
})

test('names that all objects have are names like any other', () => {
  const { model } = parameters({ name: '__proto__' }, { name: 'constructor' }, { name: 'toString' })
  const raw = JSON.parse('{"__proto__":"a","constructor":"b","toString":"c"}') as Record<
    string,
    string
  >
  const values = model.parse(raw)
  expect(JSON.stringify(values)).toBe(JSON.stringify(raw))
  expect(JSON.stringify(model.format(values))).toBe(JSON.stringify(raw))
  expect(() => model.parse({})).toThrow(/"__proto__" is missing/)
})

describe('query parameters', () => {
  const models = describeSchemas(
    {},
    {
      queries: [
        {
          name: 'RoomQuery',
          pointer: '#/q',
          schema: {
            type: 'object',
            required: ['q'],
            properties: {
              q: { type: 'string' },
              tags: { type: 'array', items: { enum: ['a', 'b'] } },
              limit: { type: 'integer', default: 10 },
            },
          },
        },
      ],
    },
  )
  const files = { ...modelRuntime(), ...renderModels(models) }
  const model = load(files, 'parameters/RoomQuery.ts')['RoomQuery'] as QueryModel<
    Record<string, unknown>,
    object
  >

  test('are checked, with defaults', () => {
    expect(model.check({ q: 'x' })).toEqual({ q: 'x', limit: 10 })
    expect(() => model.check({ q: 'x', tags: ['c'] })).toThrow(/tags.*at \/0/)
    expect(() => model.check({})).toThrow(/"q" is missing/)
  })

  test('are pairs, one for each item of an array', () => {
    expect(model.format({ q: 'x y', tags: ['a', 'b'], limit: 3 })).toEqual([
      ['q', 'x y'],
      ['tags', 'a'],
      ['tags', 'b'],
      ['limit', '3'],
    ])
  })

  test('are typed', () => {
    files['main.ts'] = `import type { RoomQuery, RoomQueryInput } from './parameters/index'
export const query: RoomQuery = { q: 'x', limit: 3, tags: ['a'] }
export const input: RoomQueryInput = { q: 'x' }
// @ts-expect-error it is one of two
export const wrong: RoomQueryInput = { q: 'x', tags: ['c'] }
`
    expect(compileModels(files)).toEqual([])
    expect(models.queries[0]).toMatchObject({ isOptional: false, isQuery: true })
  })
})

test('optional parameters with the name of a member of all objects can be left out', () => {
  const text = { type: 'string' }
  const models = describeSchemas(
    {},
    {
      parameters: [
        {
          name: 'RaceParameters',
          address: 'races/{constructor}',
          pointer: '#/c',
          parameters: [{ name: 'constructor', default: 'all' }],
        },
      ],
      queries: [
        {
          name: 'RaceQuery',
          pointer: '#/q',
          schema: {
            type: 'object',
            required: ['valueOf'],
            properties: { constructor: text, valueOf: text, toString: { ...text, default: 'x' } },
          },
        },
      ],
    },
  )
  const files = { ...modelRuntime(), ...renderModels(models) }
  files['main.ts'] =
    `import type { RaceQuery, RaceQueryInput, RaceParameters, RaceParametersInput } from './parameters/index'
export const input: RaceQueryInput = { valueOf: 'x' }
export const named: RaceQueryInput = { valueOf: 'x', constructor: 'ferrari', toString: 'y' }
export const all: RaceParametersInput = {}
export const query = (read: RaceQuery): string[] => [read.valueOf, read.toString]
export const parameters = (read: RaceParameters): string => read.constructor
// @ts-expect-error it is required
export const none: RaceQueryInput = {}
`
  expect(compileModels(files)).toEqual([])
})

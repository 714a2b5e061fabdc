import { describeSchemas, load, modelRuntime, renderModels } from './support/models-of'

interface Parameters {
  check(values: object): object
}

function parametersOf(schema: object, components: Map<object, string> = new Map()) {
  const models = describeSchemas(
    {},
    {
      parameters: [
        {
          name: 'RoomParameters',
          address: 'rooms/{id}',
          pointer: '#/channels/room',
          parameters: [{ name: 'id', schema, pointer: '#/channels/room/parameters/id' }],
        },
      ],
      components,
    },
  )
  const files = { ...modelRuntime(), ...renderModels(models) }
  const exports = load(files, 'parameters/RoomParameters.ts')
  return { check: (exports['RoomParameters'] as Parameters).check, reports: models.reports }
}

/** The parameters of a request are checked before it is authorized: no text may take long. */
describe('the pattern of a parameter', () => {
  const shared = { type: 'string', pattern: '^(\\w+\\s?)*$' }

  test.each([
    { where: 'itself', schema: shared, components: undefined },
    { where: 'in a shared schema', schema: shared, components: new Map([[shared, 'Id']]) },
    {
      where: 'in an alternative',
      schema: { anyOf: [{ type: 'integer' }, shared] },
      components: undefined,
    },
  ])('is not run where it is exponential: $where', ({ schema, components }) => {
    const { check, reports } = parametersOf(schema, components)
    const id = `${'a'.repeat(5000)}!`
    expect(check({ id })).toEqual({ id })
    expect(reports).toContainEqual(
      expect.stringMatching(
        /^#\/channels\/room\/parameters\/id: the pattern is not checked, because /,
      ),
    )
  })

  test('limits the text if its time is polynomial', () => {
    const { check, reports } = parametersOf({ type: 'string', pattern: '^a*a*$' })
    const id = 'a'.repeat(256)
    expect(check({ id })).toEqual({ id })
    expect(() => check({ id: 'b' })).toThrow('"id"')
    expect(() => check({ id: `${id}a` })).toThrow('at most 256 characters')
    expect(reports).toContainEqual(
      expect.stringContaining('values longer than 256 characters are refused'),
    )
  })

  test('is used unchanged if its time is proportional to the text', () => {
    const { check, reports } = parametersOf({ type: 'string', pattern: '^a+$' })
    expect(check({ id: 'a'.repeat(1000) })).toEqual({ id: 'a'.repeat(1000) })
    expect(() => check({ id: 'b' })).toThrow('"id"')
    expect(reports).toEqual([])
  })
})

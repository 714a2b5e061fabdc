import Ajv from 'ajv'
import fc from 'fast-check'
import { describeSchemas, load, modelRuntime, renderModels } from './support/models-of'
import { instances, schemas } from './support/random'
import { judge, type Group } from './support/suite'

// Without `multipleOfPrecision`, Ajv refuses 19.99 as a multiple of 0.01.
const ajv = new Ajv({
  strict: false,
  ownProperties: true,
  validateFormats: false,
  logger: false,
  multipleOfPrecision: 9,
})

/** Ajv 8.20 takes `[]` for `{ contains: …, items: [{ type: 'string' }] }`. */
function isFair(schema: unknown): boolean {
  const text = JSON.stringify(schema)
  return !(text.includes('"contains"') && text.includes('"items":['))
}

const runs = Number(process.env['RANDOM_RUNS'] ?? 1)

const groups: fc.Arbitrary<Group> = fc
  .tuple(schemas.filter(isFair), fc.array(instances, { minLength: 4, maxLength: 8 }))
  .map(([schema, list]) => {
    const validate = ajv.compile(schema as object | boolean)
    return {
      description: JSON.stringify(schema),
      schema,
      tests: list.map((data) => ({
        description: JSON.stringify(data),
        data,
        valid: validate(data),
      })),
    }
  })

test('for random schemas, validators agree with Ajv, and types take what validators take', () => {
  const seed = Number(process.env['RANDOM_SEED'] ?? Date.now())
  const list = fc.sample(groups, { numRuns: 200 * runs, seed })
  const wrong = judge(list).filter(
    ({ test: { valid }, type, validator }) => validator !== valid || (valid && !type.strict),
  )
  const shown = wrong.slice(0, 3).map(({ group, test: one, type, validator }) => ({
    schema: JSON.stringify(group.schema),
    data: JSON.stringify(one.data),
    ajv: one.valid,
    validator,
    type: type.strict,
    seed,
  }))
  expect(shown).toEqual([])
}, 300_000)

const ROOTS = [
  { type: 'object', properties: { a: {}, marshal: {} } },
  { type: 'object', properties: { a: {} }, required: ['a'] },
  { type: 'object', additionalProperties: true },
  { type: 'array' },
  {},
]

/** The JSON texts of the members of a value. A class orders them as in the document. */
function membersOf(text: string): unknown {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return text
  return Object.entries(value)
    .map(([name, member]) => `${name}: ${JSON.stringify(member)}`)
    .sort()
}

test('unmarshal restores a marshalled value', () => {
  const names = ROOTS.map((_, index) => `Subject${index}`)
  const files = {
    ...modelRuntime(),
    ...renderModels(describeSchemas(Object.fromEntries(names.map((name, i) => [name, ROOTS[i]])))),
  }
  const models = names.map(
    (name) =>
      load(files, `payloads/${name}.ts`)[name] as {
        marshal(value: unknown): string
        unmarshal(text: string): unknown
      },
  )
  const value = fc.oneof(fc.jsonValue(), instances)
  fc.assert(
    fc.property(value, (x) => {
      const text = JSON.stringify(x)
      for (const model of models) {
        const back = model.unmarshal(model.marshal(JSON.parse(text)))
        expect(membersOf(JSON.stringify(back))).toEqual(membersOf(text))
        expect(membersOf(model.marshal(back))).toEqual(membersOf(text))
      }
    }),
    { numRuns: 300 },
  )
})

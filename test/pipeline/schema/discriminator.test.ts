import {
  compileModels,
  describeSchemas,
  load,
  modelRuntime,
  renderModels,
} from '../codegen/support/models-of'

interface Subject {
  validate(value: unknown): { valid: boolean; errors?: readonly { readonly pointer: string }[] }
}

const pet = (property: string, more: object = {}): object => ({
  type: 'object',
  required: ['petType'],
  properties: { petType: { type: 'string' }, [property]: { type: 'integer' } },
  ...more,
})

function generate(schema: object, components: Readonly<Record<string, object>>) {
  const models = describeSchemas(
    { Subject: schema },
    { components: new Map(Object.entries(components).map(([name, one]) => [one, name])) },
  )
  const files = { ...modelRuntime(), ...renderModels(models) }
  return { files, reports: models.reports }
}

/** A program that compiles only if `petType` narrows the union. */
const narrowing = (cat: string, dog: string): string => `
import type { SubjectInterface } from './payloads/Subject'
export function count(pet: SubjectInterface): number | undefined {
  switch (pet.petType) {
    case '${cat}': return pet.claws
    case '${dog}': return pet.barks
  }
}
`

const MAPPING = { kitty: '#/components/schemas/Cat', tiger: 'Cat', dog: '#/components/schemas/Dog' }
const cat = pet('claws')
const dog = pet('barks')
const oneOf = [cat, dog]
const base = {
  type: 'object',
  discriminator: 'petType',
  properties: { petType: { type: 'string' } },
}

describe('a mapping narrows the alternatives', () => {
  test.each([
    ['discriminator', { oneOf, discriminator: { propertyName: 'petType', mapping: MAPPING } }],
    [
      'x-discriminator',
      { oneOf, 'x-discriminator': { propertyName: 'petType', mapping: MAPPING } },
    ],
    [
      'discriminator of a schema that it extends',
      {
        allOf: [
          { ...base, discriminator: { propertyName: 'petType', mapping: MAPPING } },
          { oneOf },
        ],
      },
    ],
  ])('%s', (_, schema) => {
    const { files, reports } = generate(schema, { Cat: cat, Dog: dog })
    expect(reports).toEqual([])
    const program = narrowing('kitty', 'dog')
    expect(compileModels({ ...files, 'program.ts': program })).toEqual([])
    const { validate } = load(files, 'payloads/Subject.ts')['Subject'] as Subject
    const isValid = (value: object): boolean => validate(value).valid
    expect(isValid({ petType: 'kitty', claws: 18 })).toBe(true)
    expect(isValid({ petType: 'tiger', claws: 18 })).toBe(true)
    expect(isValid({ petType: 'dog', barks: 1 })).toBe(true)
    expect(isValid({ petType: 'Cat', claws: 18 })).toBe(false)
    expect(validate({ petType: 'dog', barks: 'loud' }).errors).toEqual([
      expect.objectContaining({ pointer: '/barks' }),
    ])
  })

  test('a schema that the mapping does not have is called by its name', () => {
    const mapping = { kitty: 'Cat' }
    const { files } = generate(
      { oneOf, discriminator: { propertyName: 'petType', mapping } },
      { Cat: cat, Dog: dog },
    )
    expect(compileModels({ ...files, 'program.ts': narrowing('kitty', 'Dog') })).toEqual([])
  })
})

describe('without a mapping', () => {
  test('the names of the schemas narrow if examples have them', () => {
    const schema = {
      oneOf: [
        pet('claws', { examples: [{ petType: 'Cat', claws: 1 }] }),
        pet('barks', { examples: [{ petType: 'Dog' }] }),
      ],
      discriminator: 'petType',
    }
    const [Cat = {}, Dog = {}] = schema.oneOf
    const { files, reports } = generate(schema, { Cat, Dog })
    expect(reports).toEqual([])
    expect(compileModels({ ...files, 'program.ts': narrowing('Cat', 'Dog') })).toEqual([])
  })

  test.each([
    ['has no examples', pet('claws')],
    ['has examples with other values', pet('claws', { examples: [{ petType: 'cat' }] })],
  ])('a document that %s is reported, and each value is accepted', (_, Cat) => {
    const { files, reports } = generate(
      { anyOf: [Cat, dog], discriminator: 'petType' },
      { Cat, Dog: dog },
    )
    expect(reports).toEqual([
      '#/components/messages/Subject/payload: the values of the discriminator "petType" are unknown, so types do not narrow by it; give the property a "const" in each alternative',
    ])
    const { validate } = load(files, 'payloads/Subject.ts')['Subject'] as Subject
    expect(validate({ petType: 'cat', claws: 1 }).valid).toBe(true)
  })

  test('constants of the alternatives remain', () => {
    const constant = (value: string, property: string): object => ({
      ...pet(property),
      properties: { petType: { const: value }, [property]: { type: 'integer' } },
    })
    const schema = {
      oneOf: [constant('a', 'claws'), constant('b', 'barks')],
      discriminator: 'petType',
    }
    const { files, reports } = generate(schema, {})
    expect(reports).toEqual([])
    expect(compileModels({ ...files, 'program.ts': narrowing('a', 'b') })).toEqual([])
  })

  test('alternatives of another kind inside a discriminated schema are not reported', () => {
    const schema = { allOf: [base, { anyOf: [{ required: ['a'] }, { required: ['b'] }] }] }
    expect(generate(schema, {}).reports).toEqual([])
  })
})

describe('a base schema with a discriminator', () => {
  const own = { type: 'object', properties: { claws: { type: 'integer' } } }
  const components = {
    Pet: base,
    Cat: { allOf: [base, own] },
    Kitten: { allOf: [{ allOf: [base] }, own] },
    Other: own,
  }
  const note = (path: string, names: string): string =>
    `#/components/messages/Subject/payload${path}: the schemas that extend the one with the discriminator (${names}) are not part of the type; list them in "oneOf" here`

  test.each([
    ['a payload', base, ''],
    ['a property', { type: 'object', properties: { pet: base } }, '/properties/pet'],
    ['an item', { type: 'array', items: base }, '/items'],
  ])('has a note about its subtypes as %s', (_, schema, path) => {
    expect(generate(schema, components).reports).toEqual([note(path, 'Cat, Kitten')])
  })

  test('has a note about the schemas of its mapping', () => {
    const mapped = { ...base, 'x-discriminator': { propertyName: 'petType', mapping: MAPPING } }
    const { reports } = generate(mapped, { Pet: mapped, Cat: cat, Dog: dog })
    expect(reports).toEqual([note('', 'Cat, Dog')])
  })

  test.each([
    ['a subtype', components.Cat],
    ['alternatives', { oneOf: [components.Cat, { type: 'null' }] }],
  ])('has no note in %s', (_, schema) => {
    expect(generate(schema, components).reports).not.toContainEqual(
      expect.stringContaining('not part of the type'),
    )
  })

  test('has no note if no schema extends it', () => {
    expect(generate(base, { Pet: base, Other: own }).reports).toEqual([])
  })
})

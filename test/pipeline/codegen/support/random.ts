import fc from 'fast-check'

const NAMES = ['a', 'b', 'c', 'kind', 'length', 'marshal', 'x-y']

const scalar = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, '', 'a', 'ab', 'abc', '😀', 'kind'),
  fc.integer({ min: -3, max: 12 }),
  fc.constantFrom(0.5, 1.5, 2.25, 0.07),
)

/** JSON values that have a good chance to meet a random schema. */
export const instances: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small', maxDepth: 3 }, scalar, tie('array'), tie('object')),
  array: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(fc.constantFrom(...NAMES), tie('value'), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
})).value

const count = fc.integer({ min: 0, max: 3 })

/** Draft 7 schemas of all keywords. */
export const schemas: fc.Arbitrary<unknown> = fc.letrec((tie) => {
  const inner = tie('schema')
  const list = fc.array(inner, { minLength: 1, maxLength: 3 })
  const map = fc.dictionary(fc.constantFrom(...NAMES), inner, { maxKeys: 3, noNullPrototype: true })
  const type = fc.constantFrom('null', 'boolean', 'object', 'array', 'number', 'integer', 'string')
  const names = fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 2 })
  const keywords: fc.Arbitrary<Record<string, unknown>>[] = [
    fc.record({ type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })) }),
    fc.record({ type, description: fc.string() }),
    fc.record({
      enum: fc.uniqueArray(instances, {
        minLength: 1,
        maxLength: 4,
        selector: (one) => JSON.stringify(one),
      }),
    }),
    fc.record({ const: instances }),
    fc.record({
      type: fc.constant('string'),
      minLength: count,
      maxLength: fc.integer({ min: 1, max: 4 }),
    }),
    fc.record({ pattern: fc.constantFrom('^a', 'b$', '^[a-c]*$', '\\d') }),
    fc.record({
      minimum: fc.integer({ min: -2, max: 5 }),
      exclusiveMaximum: fc.integer({ min: 3, max: 9 }),
    }),
    fc.record({ multipleOf: fc.constantFrom(1, 2, 3, 0.5, 0.01) }),
    fc.record({ items: inner }),
    fc.record({ items: inner, minItems: count, uniqueItems: fc.boolean() }),
    fc.record({ items: list }),
    fc.record({ items: list, additionalItems: inner, minItems: count }),
    fc.record({ maxItems: count, contains: inner }),
    fc.record({ properties: map }),
    fc.record({ type: fc.constant('object'), properties: map, required: names }),
    fc.record({ type: fc.constant('object'), properties: map, additionalProperties: inner }),
    fc.record({ required: names }),
    fc.record({
      patternProperties: fc.dictionary(fc.constantFrom('^a', 'n', '.'), inner, {
        maxKeys: 2,
        noNullPrototype: true,
      }),
      additionalProperties: inner,
    }),
    fc.record({ properties: map, additionalProperties: fc.constant(false) }),
    fc.record({ propertyNames: inner, minProperties: count }),
    fc.record({ maxProperties: count }),
    fc.record({
      dependencies: fc.dictionary(fc.constantFrom(...NAMES), fc.oneof(names, inner), {
        maxKeys: 2,
        noNullPrototype: true,
      }),
    }),
    fc.record({ allOf: list }),
    fc.record({ anyOf: list }),
    fc.record({ oneOf: list }),
    fc.record({ not: inner }),
    fc.record({ if: inner, then: inner, else: inner }),
    fc.record({ if: inner, then: inner }),
  ]
  const one = fc.oneof(...keywords)
  return {
    schema: fc.oneof(
      { depthSize: 'small', maxDepth: 3 },
      { arbitrary: fc.boolean(), weight: 1 },
      { arbitrary: fc.record({ type }), weight: 3 },
      { arbitrary: one, weight: 6 },
      { arbitrary: fc.tuple(one, one).map(([a, b]) => ({ ...a, ...b })), weight: 5 },
    ),
  }
}).schema

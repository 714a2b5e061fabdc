import { judge, type Group } from './support/suite'

/** In the form of the JSON-Schema-Test-Suite, which `npm run conformance` runs where it is there. */
function group(schema: unknown, valid: readonly unknown[], invalid: readonly unknown[]): Group {
  const test =
    (isValid: boolean) =>
    (data: unknown): Group['tests'][number] => ({
      description: JSON.stringify(data),
      data,
      valid: isValid,
    })
  return {
    description: JSON.stringify(schema),
    schema,
    tests: [...valid.map(test(true)), ...invalid.map(test(false))],
  }
}

const object = (properties: object, ...required: string[]): object => ({
  type: 'object',
  properties,
  required,
})

/** Instances that the type has to refuse, not only the validator. */
const typed: readonly Group[] = [
  group({ type: 'string' }, ['', 'a'], [1, null, true, [], {}]),
  group({ type: ['string', 'null'] }, ['a', null], [1, {}]),
  group({ type: 'integer' }, [1, -3], ['1', null]),
  group(
    { enum: ['a', 1, null, [1], { a: 1 }] },
    ['a', 1, null, [1], { a: 1 }],
    ['b', 2, [2], { a: 2 }],
  ),
  group({ const: { a: [1, null] } }, [{ a: [1, null] }], [{ a: [1] }, {}, null]),
  group(true, [1, null, {}], []),
  group(false, [], [1, null, {}]),
  group(
    object({ a: { type: 'number' } }),
    [{}, { a: 1 }, { b: 1 }, { a: 1, b: 'x' }],
    [{ a: 'x' }, 1],
  ),
  group(object({ a: { type: 'number' } }, 'a'), [{ a: 1 }], [{}, { a: null }]),
  group(object({}, 'a'), [{ a: null }], [{}, { b: 1 }]),
  group(object({ a: false }), [{}, { b: 1 }], [{ a: 1 }]),
  group({ properties: { a: { type: 'number' } } }, [{ a: 1 }, 3, 'x', [], null], [{ a: 'x' }]),
  group({ items: { type: 'number' } }, [[1], [], 'x', { 0: 'a' }], [['x']]),
  group(
    { type: 'array', items: [{ type: 'number' }, { type: 'string' }] },
    [[], [1], [1, 'a'], [1, 'a', null]],
    [['a'], [1, 1]],
  ),
  group(
    { type: 'array', items: [{ type: 'number' }], additionalItems: false },
    [[], [1]],
    [[1, 2]],
  ),
  group({ type: 'array', items: [{}, {}], minItems: 2 }, [[1, 2]], [[1]]),
  group({ type: 'object', additionalProperties: { type: 'number' } }, [{}, { a: 1 }], [{ a: 'x' }]),
  group(
    { ...object({ a: { type: 'string' } }), additionalProperties: { type: 'number' } },
    [{ a: 'x', b: 1 }],
    [{ a: 1 }, { b: null }],
  ),
  group(
    {
      type: 'object',
      patternProperties: { '^x': { type: 'number' } },
      additionalProperties: false,
    },
    [{ x1: 1 }],
    [{ x1: 'a' }],
  ),
  group(
    { allOf: [object({ a: { type: 'number' } }, 'a'), object({ b: { type: 'number' } }, 'b')] },
    [{ a: 1, b: 2 }],
    [{ a: 1 }, { a: 1, b: 'x' }],
  ),
  group(
    { anyOf: [object({ a: {} }, 'a'), object({ b: {} }, 'b')] },
    [{ a: 1 }, { b: 1 }],
    [{}, { c: 1 }],
  ),
  group(
    { ...object({ a: {}, b: {} }), oneOf: [{ required: ['a'] }, { required: ['b'] }] },
    [{ a: 1 }, { b: 1 }],
    [{}],
  ),
  group(
    {
      oneOf: [
        object({ kind: { const: 'a' }, x: { type: 'number' } }, 'kind', 'x'),
        object({ kind: { const: 'b' } }, 'kind'),
      ],
    },
    [{ kind: 'a', x: 1 }, { kind: 'b' }],
    [{ kind: 'a' }, { kind: 'c' }, {}],
  ),
  group({ not: { type: 'string' } }, [1, null, {}], ['x']),
  group({ type: 'object', not: { required: ['a'] } }, [{}, { b: 1 }], [{ a: 1 }]),
  group({ type: 'string', nullable: true }, ['x', null], [1]),
  group(
    { if: { type: 'string' }, then: { const: 'x' }, else: { type: 'number' } },
    ['x', 1],
    ['y', null],
  ),
  group({ type: 'object', dependencies: { a: ['b'] } }, [{}, { b: 1 }, { a: 1, b: 1 }], [{ a: 1 }]),
  group(object({ toString: { type: 'number' } }), [{}, { toString: 1 }], [{ toString: 'x' }]),
]

/** Keywords that only the validator can check. */
const checked: readonly Group[] = [
  group({ minLength: 2, maxLength: 3 }, ['😀😀', 'abc', 1], ['a', '😀', 'abcd']),
  group({ pattern: '^a' }, ['a', 1], ['b']),
  group({ minimum: 1, exclusiveMaximum: 3 }, [1, 2.9, 'x'], [0, 3]),
  group({ minimum: 1, exclusiveMinimum: true }, [2], [1]),
  group({ multipleOf: 0.5 }, [1.5, 0, -1], [0.3]),
  // Decimals are multiples as they are written, although binary fractions round the quotient.
  group(
    { multipleOf: 0.01 },
    [0.07, -0.07, 19.99, 4.35, 0, 7, 1e15 + 0.01, 1e22, 1e300, Number.MAX_VALUE],
    [0.075, 19.995, 0.1 + 0.7, 1e-7, 123_456_789_012.345, 5e-324],
  ),
  group({ multipleOf: 1e-7 }, [3e-7, 0.0000012, 1, 19.99], [1.5e-7, 1e-8, 3.3e-8]),
  group({ multipleOf: 2.5 }, [7.5, -2.5, 1e20], [2, 0.25]),
  group({ multipleOf: 0.003 }, [0.009, 12_345_678.903], [123_456_789_012_345.67]),
  group(
    { uniqueItems: true },
    [[1, '1', [1], { a: 1, b: 2 }]],
    [
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      [1, 1],
    ],
  ),
  group({ contains: { const: 1 } }, [[0, 1], 'x'], [[], [2]]),
  group({ minProperties: 1, maxProperties: 2 }, [{ a: 1 }, 3], [{}, { a: 1, b: 1, c: 1 }]),
  group({ propertyNames: { pattern: '^a' } }, [{ a1: 1 }, {}], [{ b: 1 }]),
  group({ oneOf: [{ type: 'integer' }, { minimum: 2 }] }, [1, 2.5], [3, 1.5]),
  group({ required: ['constructor'] }, [{ constructor: 1 }, 'x'], [{}]),
]

const verdicts = judge([...typed, ...checked])

describe.each([...typed, ...checked])('$description', (one) => {
  const own = verdicts.filter((verdict) => verdict.group === one)

  test.each(own)(
    '$test.description: valid is $test.valid',
    ({ test: { valid }, type, validator }) => {
      expect(validator).toBe(valid)
      if (valid) expect(type.strict).toBe(true)
      else if (typed.includes(one)) expect(type.strict).toBe(false)
    },
  )
})

import fc from 'fast-check'

/** AsyncAPI documents of every shape that the pack takes, the same for the same seed. */
export function randomDocuments(count: number, seed: number): object[] {
  return fc.sample(fc.oneof(document3, document2), { numRuns: count, seed })
}

/**
 * Usual names, and names that cause problems. Not `constructor` or the empty
 * name: below such keys the parser does not resolve references as it should.
 */
const word = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,9}$/) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'class',
      'default',
      'toString',
      'error',
      'open',
      'message',
      'Event',
      'Map',
      'größe',
      '数据',
      'with-dash',
      'with.dot',
      'with_underscore',
      '2nd',
    ),
  },
)
const propertyName = fc.oneof(
  { weight: 8, arbitrary: word },
  { weight: 1, arbitrary: fc.constantFrom('a b', `it's`, 'back`tick', '$ref2', '*/') },
)
const text = fc.oneof(
  fc.lorem({ maxCount: 6 }),
  fc.constantFrom('*/ closes', `'quotes' and "these"`, '`${1}`', 'two\nlines', '{{x}}', '\u2028'),
)

type Schema = boolean | Record<string, unknown>

const leaf: fc.Arbitrary<Schema> = fc.oneof(
  fc.record({ type: fc.constant('string'), description: text }, { requiredKeys: ['type'] }),
  fc.record({
    type: fc.constant('string'),
    format: fc.constantFrom('date-time', 'uuid', 'uri', 'email'),
  }),
  fc.record({
    type: fc.constant('string'),
    pattern: fc.constantFrom('^a+$', '/', '\\d{2}', `'`, '\\u{61}'),
  }),
  fc.record({
    type: fc.constantFrom('number', 'integer'),
    minimum: fc.integer({ min: -9, max: 9 }),
  }),
  fc.record({ type: fc.constantFrom('boolean', 'null') }),
  fc.record({
    type: fc.uniqueArray(fc.constantFrom('string', 'number', 'null', 'object', 'array'), {
      minLength: 1,
    }),
  }),
  fc.record({ const: fc.jsonValue({ maxDepth: 1 }) }),
  fc.record({
    enum: fc.uniqueArray(fc.jsonValue({ maxDepth: 1 }), {
      minLength: 1,
      maxLength: 4,
      selector: (value) => JSON.stringify(value),
    }),
  }),
  fc.constant({}),
)

const schema: fc.Arbitrary<Schema> = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.record({
      $ref: fc.constantFrom('#/components/schemas/Shared', '#/components/schemas/Tree'),
    }),
    objectOf(tie('schema')),
    fc.record(
      { type: fc.constant('array'), items: tie('schema'), minItems: fc.nat(3) },
      { requiredKeys: ['type'] },
    ),
    fc.record({
      type: fc.constant('array'),
      items: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ allOf: fc.array(objectOf(tie('schema')), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('schema') }),
    fc.record({ if: tie('schema'), then: tie('schema') }),
  ),
})).schema

function objectOf(inner: fc.Arbitrary<Schema>): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .record({
      properties: fc.dictionary(propertyName, inner, { maxKeys: 5, noNullPrototype: true }),
      additional: fc.option(fc.oneof(fc.boolean(), inner), { nil: undefined }),
      patterns: fc.option(fc.dictionary(fc.constantFrom('^x-', '\\d'), inner), { nil: undefined }),
      required: fc.boolean(),
      description: fc.option(text, { nil: undefined }),
      deprecated: fc.boolean(),
    })
    .map(({ properties, additional, patterns, required, description, deprecated }) => ({
      type: 'object',
      properties,
      ...(additional === undefined ? {} : { additionalProperties: additional }),
      ...(patterns === undefined ? {} : { patternProperties: patterns }),
      ...(required && Object.keys(properties).length > 0
        ? { required: Object.keys(properties).slice(0, 2) }
        : {}),
      ...(description === undefined ? {} : { description }),
      ...(deprecated ? { deprecated } : {}),
    }))
}

const message = fc
  .record({
    payload: fc.option(fc.oneof({ weight: 3, arbitrary: objectOf(schema) }, schema), {
      nil: undefined,
    }),
    name: fc.option(word, { nil: undefined }),
    title: fc.option(text, { nil: undefined }),
    deprecated: fc.boolean(),
    headers: fc.option(objectOf(leaf), { nil: undefined }),
  })
  .map(({ payload, name, title, headers }) => ({
    ...(payload === undefined ? {} : { payload }),
    ...(name === undefined ? {} : { name }),
    ...(title === undefined ? {} : { title }),
    ...(headers === undefined ? {} : { headers }),
  }))

const parameterName = fc.stringMatching(/^[a-zA-Z]\w{0,8}$/)
const segment = fc.oneof(
  fc.stringMatching(/^[a-z0-9._~-]{1,8}$/).filter((text) => !/^\.{1,2}$/.test(text)),
  parameterName.map((name) => `{${name}}`),
)
const address = fc
  .uniqueArray(segment, { minLength: 1, maxLength: 4 })
  .chain((segments) => fc.constantFrom('', '/').map((slash) => slash + segments.join('/')))

const shared = {
  Shared: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
  Tree: {
    type: 'object',
    properties: {
      value: { type: 'number' },
      children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } },
    },
  },
}
const info = text.map((title) => ({ title: title || 'x', version: '1.0.0' }))

const parameterNames = (path: string): string[] =>
  [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1] ?? '')

const document3 = fc
  .record({
    info,
    channels: fc.uniqueArray(
      fc.record({
        key: word,
        address,
        messages: fc.dictionary(word, message, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
        action: fc.constantFrom('send', 'receive'),
        values: fc.option(fc.uniqueArray(word, { minLength: 1 }), { nil: undefined }),
      }),
      { minLength: 6, maxLength: 12, selector: ({ key }) => key },
    ),
  })
  .map(({ info, channels }) => ({
    asyncapi: '3.0.0',
    info,
    channels: Object.fromEntries(
      channels.map(({ key, address, messages, values }) => [
        key,
        {
          address,
          messages,
          parameters: Object.fromEntries(
            parameterNames(address).map((name, i) => [
              name,
              i === 0 && values !== undefined ? { enum: values } : {},
            ]),
          ),
        },
      ]),
    ),
    operations: Object.fromEntries(
      channels.map(({ key, action }) => [
        `${action}_${key}`,
        {
          action,
          channel: { $ref: `#/channels/${key.replaceAll('~', '~0').replaceAll('/', '~1')}` },
        },
      ]),
    ),
    components: { schemas: shared },
  }))

const document2 = fc
  .record({
    info,
    channels: fc.uniqueArray(
      fc.record({ address, message, verb: fc.constantFrom('publish', 'subscribe') }),
      {
        minLength: 6,
        maxLength: 12,
        selector: ({ address }) => address.replaceAll(/\{[^}]+\}/g, '{}'),
      },
    ),
  })
  .map(({ info, channels }) => ({
    asyncapi: '2.6.0',
    info,
    channels: Object.fromEntries(
      channels.map(({ address, message, verb }) => [
        address,
        {
          parameters: Object.fromEntries(
            parameterNames(address).map((name) => [name, { schema: { type: 'string' } }]),
          ),
          [verb]: { message },
        },
      ]),
    ),
    components: { schemas: shared },
  }))

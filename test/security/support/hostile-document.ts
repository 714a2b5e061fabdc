import fc from 'fast-check'
import { schemas } from './hostile-schema'
import { componentKey, hostileText, record } from './hostile-text'

/** An AsyncAPI document with hostile text wherever the specification lets an author write freely. */
export function hostileDocument(): fc.Arbitrary<object> {
  return fc.oneof({ arbitrary: document3(), weight: 3 }, { arbitrary: document2(), weight: 2 })
}

const maybe = { nil: undefined, freq: 3 }

function text(): fc.Arbitrary<string> {
  return hostileText()
}

/** Mostly a name that an `event:` line can hold: the generator refuses the others, and a refused document tests nothing else. */
function eventName(): fc.Arbitrary<string> {
  const sendable = text().map((one) => one.replaceAll(/[\r\n\0\p{Cs}]/gu, ' ') || 'x')
  return fc.oneof({ arbitrary: sendable, weight: 9 }, { arbitrary: text(), weight: 1 })
}

function info(): fc.Arbitrary<object> {
  return record({
    title: text(),
    version: text(),
    description: fc.option(text(), maybe),
    contact: fc.option(record({ name: text() }), maybe),
    license: fc.option(record({ name: text() }), maybe),
  })
}

/** Addresses: hostile stretches, and parameters with hostile names. */
function address(names: readonly string[]): fc.Arbitrary<string> {
  const part = fc.oneof(
    { arbitrary: text().map((one) => one.replaceAll(/[{}?#]/g, '')), weight: 3 },
    { arbitrary: fc.constantFrom('rooms', 'user/signedup', 'v1.2', 'é', '*', '(x)'), weight: 2 },
    ...(names.length > 0
      ? [{ arbitrary: fc.constantFrom(...names).map((name) => `{${name}}`), weight: 3 }]
      : []),
  )
  return fc
    .tuple(fc.constantFrom('', '/', '//'), fc.array(part, { minLength: 1, maxLength: 5 }))
    .map(([start, parts]) => start + parts.join('/'))
}

function parameterNames(): fc.Arbitrary<string[]> {
  const name = fc.oneof(
    componentKey(),
    fc.constantFrom('roomId', 'user-id', '__proto__', 'class', 'toString'),
  )
  return fc.uniqueArray(name, { maxLength: 3 })
}

function parameter3(): fc.Arbitrary<object> {
  return record({
    description: fc.option(text(), maybe),
    enum: fc.option(fc.uniqueArray(text(), { minLength: 1, maxLength: 3 }), maybe),
    default: fc.option(text(), maybe),
    examples: fc.option(fc.array(text(), { maxLength: 2 }), maybe),
  })
}

function message(components: readonly string[]): fc.Arbitrary<object> {
  const schema = schemas(components)
  return record({
    name: fc.option(text(), maybe),
    title: fc.option(text(), maybe),
    summary: fc.option(text(), maybe),
    description: fc.option(text(), maybe),
    contentType: fc.option(
      fc.oneof(text(), fc.constantFrom('application/json', 'text/plain', 'text/x; charset=utf-8')),
      maybe,
    ),
    deprecated: fc.option(fc.boolean(), maybe),
    payload: fc.option(schema, { nil: undefined, freq: 8 }),
    headers: fc.option(
      schemas([]).map((one) => (typeof one === 'object' ? { ...one, type: 'object' } : one)),
      maybe,
    ),
    'x-eventsource': fc.option(record({ event: eventName() }), maybe),
    examples: fc.option(
      fc.array(record({ name: text(), payload: fc.dictionary(text(), text(), { maxKeys: 2 }) }), {
        maxLength: 2,
      }),
      maybe,
    ),
  })
}

function securityScheme(): fc.Arbitrary<object> {
  const description = text()
  return fc.oneof(
    record({ type: fc.constant('http'), scheme: fc.constantFrom('bearer', 'basic'), description }),
    record({
      type: fc.constant('httpApiKey'),
      in: fc.constantFrom('header', 'query', 'cookie'),
      name: text(),
      description,
    }),
  )
}

function entriesOf<T>(
  keys: fc.Arbitrary<string>,
  value: fc.Arbitrary<T>,
  minLength = 0,
  maxLength = 3,
): fc.Arbitrary<Record<string, T>> {
  return fc
    .uniqueArray(fc.tuple(keys, value), { selector: ([key]) => key, minLength, maxLength })
    .map((all) => Object.fromEntries(all) as Record<string, T>)
}

function freeKey(): fc.Arbitrary<string> {
  // The parser cannot follow a reference to an empty key.
  return text().filter((key) => key !== '')
}

/** Lone surrogates cannot be encoded; a reference to them has no target. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Cs}/gu, '\ufffd')
}

function pointer(...path: string[]): { $ref: string } {
  const encoded = path.map((part) =>
    encodeURIComponent(wellFormed(part)).replaceAll('~', '~0').replaceAll('%2F', '~1'),
  )
  return { $ref: `#/${encoded.join('/')}` }
}

function variables(): fc.Arbitrary<object> {
  return entriesOf(
    componentKey(),
    record({
      description: text(),
      default: fc.option(text(), maybe),
      enum: fc.option(fc.uniqueArray(text(), { minLength: 1, maxLength: 2 }), maybe),
    }),
    1,
    2,
  )
}

interface Names {
  readonly schemas: readonly string[]
  readonly messages: readonly string[]
  readonly schemes: readonly string[]
  readonly servers: readonly string[]
}

function names(): fc.Arbitrary<Names> {
  const some = (minLength: number): fc.Arbitrary<string[]> =>
    fc.uniqueArray(componentKey(), { minLength, maxLength: 3 })
  return fc.record({ schemas: some(0), messages: some(1), schemes: some(0), servers: some(0) })
}

function each<T>(keys: readonly string[], value: fc.Arbitrary<T>): fc.Arbitrary<object> {
  return fc
    .tuple(...keys.map(() => value))
    .map((values) => Object.fromEntries(keys.map((key, index) => [key, values[index]])))
}

function components(all: Names): fc.Arbitrary<object> {
  return record({
    schemas: each(all.schemas, schemas(all.schemas)),
    messages: each(all.messages, message(all.schemas)),
    securitySchemes: each(all.schemes, securityScheme()),
  })
}

function document3(): fc.Arbitrary<object> {
  return names().chain((all) => {
    const ownMessage = fc.oneof(
      message(all.schemas),
      fc.constantFrom(...all.messages).map((key) => pointer('components', 'messages', key)),
    )
    const channel = parameterNames().chain((parameters) =>
      record({
        address: address(parameters),
        title: fc.option(text(), maybe),
        description: fc.option(text(), maybe),
        parameters:
          parameters.length === 0 ? fc.constant(undefined) : each(parameters, parameter3()),
        messages: entriesOf(freeKey(), ownMessage, 1, 3),
        'x-eventsource': fc.option(record({ name: text() }), { nil: undefined, freq: 2 }),
      }),
    )
    const server = record({
      host: fc.oneof(fc.constant('example.com'), text()),
      pathname: fc.option(text(), maybe),
      protocol: fc.constantFrom('http', 'https', 'sse'),
      description: fc.option(text(), maybe),
      variables: fc.option(variables(), maybe),
      security:
        all.schemes.length === 0
          ? fc.constant(undefined)
          : fc.array(
              fc
                .constantFrom(...all.schemes)
                .map((key) => pointer('components', 'securitySchemes', key)),
              { maxLength: 2 },
            ),
    })
    return entriesOf(freeKey(), channel, 1, 3).chain((channels) =>
      record({
        asyncapi: fc.constantFrom('3.0.0', '3.0.0', '3.1.0'),
        info: info(),
        defaultContentType: fc.constantFrom('application/json', 'application/json', 'text/plain'),
        servers: each(all.servers, server),
        channels: fc.constant(channels),
        operations: entriesOf(
          freeKey(),
          record({
            action: fc.constantFrom('send', 'receive'),
            channel: fc
              .constantFrom(...Object.keys(channels))
              .map((key) => pointer('channels', key)),
            title: fc.option(text(), maybe),
            summary: fc.option(text(), maybe),
            description: fc.option(text(), maybe),
            bindings: fc.option(
              record({
                http: record({
                  method: fc.constant('GET'),
                  query: schemas([], true),
                  bindingVersion: fc.constant('0.3.0'),
                }),
              }),
              maybe,
            ),
          }),
        ),
        components: components(all),
      }),
    )
  })
}

function document2(): fc.Arbitrary<object> {
  return names().chain((all) => {
    const reference = fc
      .constantFrom(...all.messages)
      .map((key) => pointer('components', 'messages', key))
    const operation = record({
      operationId: fc.option(text(), maybe),
      summary: fc.option(text(), maybe),
      description: fc.option(text(), maybe),
      message: fc.oneof(
        message(all.schemas),
        reference,
        record({
          oneOf: fc.array(fc.oneof(message(all.schemas), reference), {
            minLength: 2,
            maxLength: 3,
          }),
        }),
      ),
    })
    const item = parameterNames().chain((parameters) =>
      fc.tuple(
        address(parameters),
        record({
          description: fc.option(text(), maybe),
          parameters:
            parameters.length === 0
              ? fc.constant(undefined)
              : each(
                  parameters,
                  record({ description: fc.option(text(), maybe), schema: schemas(all.schemas) }),
                ),
          subscribe: fc.option(operation, { nil: undefined, freq: 8 }),
          publish: fc.option(operation, maybe),
          'x-eventsource': fc.option(record({ name: text() }), { nil: undefined, freq: 2 }),
        }),
      ),
    )
    const server = record({
      url: fc.oneof(fc.constant('https://example.com/{x}'), text()),
      protocol: fc.constantFrom('http', 'https', 'sse'),
      description: fc.option(text(), maybe),
    })
    return record({
      asyncapi: fc.constantFrom('2.0.0', '2.4.0', '2.6.0'),
      info: info(),
      servers: each(all.servers, server),
      channels: fc
        .uniqueArray(item, { selector: ([key]) => key, minLength: 1, maxLength: 3 })
        .map((items) => Object.fromEntries(items)),
      components: components(all),
    })
  })
}

/** Template parameters whose combinations are tested. */
export function runParameters(): fc.Arbitrary<Record<string, string>> {
  return fc.record({
    side: fc.constantFrom('both', 'both', 'both', 'client', 'server', 'operations'),
    client: fc.constantFrom('fetch', 'fetch', 'eventsource'),
    naming: fc.constantFrom('address', 'channel', 'operation'),
    model: fc.constantFrom('class', 'interface'),
    validation: fc.constantFrom('both', 'both', 'client', 'server', 'none'),
    scaffold: fc.constantFrom('false', 'true'),
    broker: fc.constantFrom('memory', 'memory', 'redis'),
    protocols: fc.constant('*'),
  })
}

import { compile } from '../support/compile'
import { outputOf } from '../support/output'
import { resolved } from './support/resolve'

/** Errors that hostile documents caused, each with the smallest document that causes it. */

const INFO = { title: 'Test', version: '1.0.0' }

function compileOutput(document: object, parameters: Record<string, string> = {}): string[] {
  return compile(outputOf(resolved(document), parameters), { types: ['node'] })
}

test('parameters are checked with validation=none too, by the validators of shared schemas', () => {
  const document = {
    asyncapi: '2.6.0',
    info: INFO,
    channels: {
      'rooms/{id}': {
        parameters: { id: { schema: { $ref: '#/components/schemas/Id' } } },
        subscribe: { message: { payload: { type: 'object' } } },
      },
    },
    components: {
      schemas: {
        Id: { allOf: [{ $ref: '#/components/schemas/Short' }], pattern: '^a' },
        Short: { type: 'string', maxLength: 3 },
      },
    },
  }
  expect(compileOutput(document, { validation: 'none' })).toEqual([])
})

test('a security scheme may have the name of a property that every object inherits', () => {
  for (const id of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    const document = {
      asyncapi: '2.6.0',
      info: INFO,
      servers: { main: { url: 'https://x', protocol: 'https', security: [{ [id]: [] }] } },
      channels: { ticks: { subscribe: { message: { payload: { type: 'object' } } } } },
      components: {
        securitySchemes: Object.fromEntries([
          [id, { type: 'httpApiKey', in: 'header', name: 'X-Key' }],
        ]),
      },
    }
    expect(compileOutput(document)).toEqual([])
  }
})

test.each(['\ua7dc', '\u{13d53}', '\u{16d40}', '\u088f', '\u2e2f'])(
  'the letter %s, which compilers do not know yet, does not get into a name',
  (letter) => {
    const channel = (name: string): object => ({
      address: `${name}${letter}x`,
      messages: { [`${letter}y`]: { payload: { type: 'string' } } },
    })
    const document = {
      asyncapi: '3.0.0',
      info: INFO,
      channels: { a: channel(''), b: channel('b') },
    }
    const files = outputOf(resolved(document))
    expect(Object.keys(files).join()).not.toContain(letter)
    expect(compile(files, { types: ['node'] })).toEqual([])
  },
)

test('a message may have the name of a declaration of the channel module', () => {
  const document = {
    asyncapi: '3.0.0',
    info: INFO,
    channels: {
      a: {
        address: '404',
        messages: Object.fromEntries(
          '404Channel 404Events 404SendEvents 404Content 404ClientOptions Credentials StreamEvent ModelConstructor ServerChannel'
            .split(' ')
            .map((name) => [name, { payload: { type: 'string' } }]),
        ),
      },
    },
  }
  expect(compileOutput(document)).toEqual([])
})

test('channels with equal derived names get unique names', () => {
  const channel = (address: string): object => ({
    address,
    messages: { m: { payload: { type: 'string' } } },
  })
  const document = {
    asyncapi: '3.0.0',
    info: INFO,
    channels: { a: channel('x'), b: channel('xSend'), c: channel('create'), d: channel('xHub') },
  }
  expect(compileOutput(document)).toEqual([])
})

test('samples of parameters are possible values in an address', () => {
  const document = {
    asyncapi: '2.6.0',
    info: INFO,
    channels: {
      'rooms/{id}': {
        parameters: { id: { schema: { enum: [['a'], 7] } } },
        subscribe: { message: { payload: { type: 'string' } } },
      },
    },
  }
  const files = outputOf(resolved(document), { scaffold: 'true' })
  expect(files['src/client.ts']).toContain('{ id: 7 }')
  expect(compile(files, { types: ['node'] })).toEqual([])
})

test('a sample is sent only if TypeScript accepts it as a literal', () => {
  const payload = {
    type: 'array',
    items: { oneOf: [{ type: 'array' }, { type: 'object', dependencies: { a: ['b'] } }] },
    contains: { const: { x: 'y' } },
  }
  const document = {
    asyncapi: '3.0.0',
    info: INFO,
    channels: { a: { address: 'a', messages: { m: { payload } } } },
  }
  expect(compileOutput(document, { scaffold: 'true' })).toEqual([])
})

test('a sample that is the example of the document is cut to what TypeScript accepts, below an index signature too', () => {
  const inner = { type: 'object', properties: { a: { type: 'string' } } }
  const payload = {
    type: 'object',
    properties: { inner },
    additionalProperties: true,
    examples: [{ inner: { a: '1', b: '2' }, other: 3 }],
  }
  const document = {
    asyncapi: '3.0.0',
    info: INFO,
    channels: { a: { address: 'a', messages: { m: { payload } } } },
  }
  const files = outputOf(resolved(document), { scaffold: 'true', model: 'interface' })
  expect(compile(files, { types: ['node'] })).toEqual([])
})

test('a project without any sample has nothing in it that is not used', () => {
  const document = {
    asyncapi: '3.0.0',
    info: INFO,
    channels: {
      a: {
        address: 'a/{id}',
        parameters: { id: { enum: ['..'] } },
        messages: { m: { payload: { type: 'string', pattern: '(?!x)y' } } },
      },
    },
  }
  expect(compileOutput(document, { scaffold: 'true' })).toEqual([])
})

import { compile } from '../../support/compile'
import { outputOf } from '../../support/output'
import { resolved } from '../../security/support/resolve'

/** Schemas that are made of others: what comes out compiles, under every strict flag, with nothing left over. */

function compileOutput(payload: object): string[] {
  const document = resolved({
    asyncapi: '3.0.0',
    info: { title: 'Test', version: '1.0.0' },
    channels: { a: { address: 'a', messages: { m: { payload } } } },
    components: { schemas: { Shared: { type: 'string' } } },
  })
  return compile(outputOf(document), { types: ['node'] })
}

test('a property that one part requires and another describes', () => {
  const x = {
    allOf: [
      { type: 'object', required: ['k'], properties: { k: {} } },
      {
        type: 'object',
        properties: { k: { type: 'number' } },
        patternProperties: { '^x': { type: 'array' } },
        additionalProperties: true,
      },
    ],
  }
  expect(compileOutput({ type: 'object', properties: { x } })).toEqual([])
})

test('a reference that is left out because another alternative accepts everything', () => {
  const x = { anyOf: [{ $ref: '#/components/schemas/Shared' }, {}] }
  expect(compileOutput({ type: 'object', properties: { x } })).toEqual([])
})

test.each(['~A', '~Shared'])('a property %s, which is the name of a private member', (name) => {
  const document = resolved({
    asyncapi: '3.0.0',
    info: { title: 'Test', version: '1.0.0' },
    channels: {
      a: {
        address: 'a',
        messages: Object.fromEntries(
          ['A', 'Shared'].map((key) => [key, { payload: { $ref: '#/components/schemas/Shared' } }]),
        ),
      },
    },
    components: {
      schemas: { Shared: { type: 'object', properties: { [name]: { type: 'string' } } } },
    },
  })
  expect(compile(outputOf(document), { types: ['node'] })).toEqual([])
})

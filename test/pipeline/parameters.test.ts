import { readParameters } from '../../pipeline/parameters'
import { Findings } from '../../pipeline/problems'

function read(raw: Record<string, unknown>): {
  options: ReturnType<typeof readParameters>
  problems: string[]
} {
  const findings = new Findings()
  return { options: readParameters(raw, findings), problems: findings.problems }
}

test('defaults are what the documentation says', () => {
  expect(read({})).toEqual({
    options: {
      side: 'both',
      client: 'fetch',
      naming: 'address',
      include: [],
      exclude: [],
      protocols: ['http', 'https', 'http+sse', 'https+sse', 'sse', 'mercure'],
      model: 'class',
      validation: 'both',
      importExtension: 'none',
      server: undefined,
      broker: 'memory',
      scaffold: false,
      templates: undefined,
    },
    problems: [],
  })
})

test('lists are split at commas, spaces around them dropped', () => {
  const { options } = read({ include: ' rooms/** , mail,', protocols: 'HTTP, *' })
  expect(options.include).toEqual(['rooms/**', 'mail'])
  expect(options.protocols).toEqual(['http', '*'])
})

test('true and "true" are the same', () => {
  expect(read({ scaffold: true }).options.scaffold).toBe(true)
  expect(read({ scaffold: 'true' }).options.scaffold).toBe(true)
})

test('an empty text is as if not given', () => {
  expect(read({ server: '', side: '' })).toEqual(read({}))
})

test('all wrong values are told, with what is allowed', () => {
  const { problems } = read({
    side: 'clients',
    model: 'struct',
    broker: 'kafka',
    templates: ['a', 'b'],
  })
  expect(problems).toEqual([
    'parameter "side": "clients" is not one of both, client, server, operations (did you mean "client"?)',
    'parameter "model": "struct" is not one of class, interface',
    'parameter "broker": "kafka" is not one of memory, redis',
    'parameter "templates": give it once, as text',
  ])
})

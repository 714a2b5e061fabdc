import { readOptions } from '../../pipeline/options'
import { Diagnostics } from '../../pipeline/diagnostics'

function read(raw: Record<string, unknown>): {
  options: ReturnType<typeof readOptions>
  problems: string[]
} {
  const diagnostics = new Diagnostics()
  return { options: readOptions(raw, diagnostics), problems: diagnostics.errors }
}

test('defaults match the documentation', () => {
  expect(read({})).toEqual({
    options: {
      side: 'both',
      client: 'fetch',
      naming: 'address',
      include: [],
      exclude: [],
      protocols: ['http', 'https', 'http+sse', 'https+sse', 'sse'],
      model: 'class',
      validation: 'both',
      importExtension: 'none',
      server: undefined,
      ui: {
        store: false,
        react: false,
        vue: false,
        svelte: false,
        angular: false,
        rxjs: false,
        share: false,
      },
      broker: 'memory',
      runs: false,
      metrics: 'none',
      compression: 'none',
      usesRuntimePackage: false,
      host: ['express'],
      scaffold: false,
      isCheck: false,
      report: 'short',
      headers: false,
      templates: undefined,
      given: [],
    },
    problems: [],
  })
})

test('lists are split at commas, spaces around them dropped', () => {
  const { options } = read({ include: ' rooms/** , mail,', protocols: 'HTTP, *' })
  expect(options.include).toEqual(['rooms/**', 'mail'])
  expect(options.protocols).toEqual(['http', '*'])
})

test('the parameters for the next run are those that differ from their default', () => {
  const given = {
    host: 'node, fetch',
    side: 'both',
    protocols: 'sse',
    check: 'true',
    ui: '',
    server: 'a',
  }
  expect(read(given).options.given).toEqual([
    { name: 'host', value: 'node, fetch' },
    { name: 'protocols', value: 'sse' },
    { name: 'server', value: 'a' },
  ])
})

test('a list of user interfaces is checked item by item', () => {
  expect(read({ ui: 'react, rxjs' }).options.ui).toMatchObject({
    store: true,
    react: true,
    rxjs: true,
  })
  expect(read({ ui: 'rxjs' }).options.ui).toMatchObject({ store: false, rxjs: true })
  expect(read({ ui: 'reakt,vue' }).problems).toEqual([
    'parameter "ui": "reakt" is not one of store, react, vue, svelte, angular, rxjs, share (did you mean "react"?)',
  ])
})

test('sharing needs a client that can resume a stream', () => {
  expect(read({ ui: 'share' }).options.ui).toMatchObject({ store: false, share: true })
  expect(read({ ui: 'share', client: 'eventsource' }).problems).toEqual([
    'parameter "ui": "share" resumes the stream of another tab, which EventSource cannot; use client=fetch',
  ])
})

test('a user interface needs a client', () => {
  expect(read({ ui: 'react', side: 'server' }).problems).toEqual([
    'parameter "ui": side=server generates no client; use side=client or side=both',
  ])
})

test('true and "true" are the same', () => {
  expect(read({ scaffold: true }).options.scaffold).toBe(true)
  expect(read({ scaffold: 'true' }).options.scaffold).toBe(true)
})

test('an empty text is as if not given', () => {
  expect(read({ server: '', side: '' })).toEqual(read({}))
})

test('all invalid values are reported, with the allowed values', () => {
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
    'parameter "templates": expected one value, got a list',
  ])
})

import { createStreamQuery } from '../../runtime/ui/query'
import { compile } from '../support/compile'
import { parseDocument } from '../support/document'
import { outputOf } from '../support/output'
import { counters, parseCounters } from './support/document'

describe('generated modules', () => {
  test('of a document with only request streams compile, and exist only where they have functions', async () => {
    const { channels, ...rest } = counters
    const { chat } = channels
    const room = {
      ...chat,
      address: 'rooms/{id}',
      parameters: { id: {} },
    }
    const document = await parseDocument({ ...rest, channels: { chat, room } })
    const files = outputOf(document, {
      side: 'client',
      ui: 'react,vue,svelte,angular,rxjs,share',
    })
    expect(compile(files)).toEqual([])
    expect(
      Object.keys(files).filter((path) => /channels\/.*_(vue|svelte|angular|react)/.test(path)),
    ).toEqual(['channels/event_source_react.ts'])
  })

  test('compile if a payload accepts no value', async () => {
    const never = { payload: { type: 'integer', enum: ['1', '2'] } }
    const text = { payload: { type: 'string' } }
    const document = await parseDocument({
      asyncapi: '3.0.0',
      info: { title: 'Test', version: '1' },
      channels: {
        some: { address: 'some/{id}', parameters: { id: {} }, messages: { never, text } },
        none: { address: 'none', messages: { never } },
        asked: { address: 'asked', messages: { never }, 'x-eventsource': { method: 'POST' } },
      },
    })
    const files = outputOf(document, { ui: 'react,vue,svelte,angular,rxjs,share' })
    expect(compile(files)).toEqual([])
  })

  test('have no option that needs a resumed stream on EventSource', async () => {
    const app = `
      import { createLoadStore } from './channels/event_source_store'
      export const store = createLoadStore({ pauseWhenHidden: 1000 })`
    const compileWith = async (client: string): Promise<string[]> => {
      const { asyncapi, info } = counters
      const { load } = counters.channels
      const parsed = await parseDocument({ asyncapi, info, channels: { load } })
      const files = outputOf(parsed, { side: 'client', client, ui: 'store' })
      return compile({ ...files, 'app.ts': app })
    }
    expect(await compileWith('fetch')).toEqual([])
    expect(await compileWith('eventsource')).toEqual([
      expect.stringContaining("'pauseWhenHidden' does not exist"),
    ])
  })

  test('of sharing exist only with the parameter', async () => {
    const pathsOf = async (ui: string): Promise<string[]> =>
      Object.keys(outputOf(await parseCounters(), { side: 'client', ui })).filter((path) =>
        /share|tab-/.test(path),
      )
    expect(await pathsOf('react')).toEqual(['runtime/client/shared-connection.ts'])
    expect(await pathsOf('rxjs,share')).toContain('runtime/share.ts')
  })
})

describe('query keys', () => {
  const keyOf = (options: object): readonly unknown[] =>
    createStreamQuery(['Load', { id: 'a' }, options], () => [] as never, {}).queryKey

  test('differ by query, URLs and variables of the server, and contain none', () => {
    const keys = [
      {},
      { query: { token: 'secret' } },
      { query: { token: 'secrex' } },
      { baseUrl: 'https://secret.example' },
      { url: 'https://secret.example' },
      { variables: { tenant: 'secret' } },
    ].map((options) => JSON.stringify(keyOf(options)))
    expect(new Set(keys).size).toBe(keys.length)
    for (const key of keys) expect(key).toMatch(/^\["Load",\{"id":"a"\},"[0-9a-f]{16}"\]$/)
  })

  test('are equal for equal options', () => {
    expect(keyOf({ query: { a: 1n }, headers: {} })).toEqual(keyOf({ query: { a: 1n } }))
  })
})

import { withImportExtension } from '../../../pipeline/render/runtime-files'
import { parseDocument } from '../../support/document'
import { outputOf } from '../../support/output'

it('relative imports of every depth get the extension, and packages do not', () => {
  const source = `import { a } from './a'
export { b } from '../core/b'
import type { c } from '../../runs/c'
import type { Router } from 'express'
`
  expect(withImportExtension(source, 'js')).toBe(`import { a } from './a.js'
export { b } from '../core/b.js'
import type { c } from '../../runs/c.js'
import type { Router } from 'express'
`)
  expect(withImportExtension(source, 'none')).toBe(source)
})

it('the server has files of hubs only if a channel uses GET', async () => {
  const filesOf = async (method: string): Promise<string[]> => {
    const document = await parseDocument({
      asyncapi: '3.0.0',
      info: { title: 'Test', version: '1' },
      channels: {
        answers: {
          address: '/answers',
          messages: { answer: { payload: { type: 'string' } } },
          'x-eventsource': { method },
        },
      },
    })
    return Object.keys(outputOf(document)).filter((path) => /hub|broker/.test(path))
  }
  expect(await filesOf('GET')).toEqual(
    expect.arrayContaining(['runtime/hub.ts', 'runtime/brokers/memory-broker.ts']),
  )
  expect(await filesOf('POST')).toEqual([])
})

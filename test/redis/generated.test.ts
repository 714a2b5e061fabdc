import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { compile } from '../support/compile'
import { parseFile } from '../support/document'
import { outputOf } from '../support/output'

const root = join(__dirname, '../..')

/** The program that docs/scaling.md shows, with what it takes for granted. */
function documented(): string {
  const docs = readFileSync(join(root, 'docs/scaling.md'), 'utf8')
  const code = /```ts\n(.*?)```/s.exec(docs)?.[1] ?? ''
  return `import express from 'express'
    import type { Joined } from './__gen__/payloads'
    const app = express()
    declare const message: Joined
    declare const roomId: string
    ${code}
    console.log(id)`
}

describe('Output with broker=redis', () => {
  it('lets a hub of the document take a client of node-redis 5 and 6', async () => {
    const document = await parseFile(join(root, 'examples/rooms.yaml'))
    const output = outputOf(document, { broker: 'redis' })
    const files: Record<string, string> = {}
    for (const [path, text] of Object.entries(output)) files[`__gen__/${path}`] = text
    for (const version of ['redis', 'redis5']) {
      files[`${version}.ts`] = documented().replace(`from 'redis'`, `from '${version}'`)
    }
    expect(
      Object.keys(output).filter((path) => path.startsWith('runtime/redis')).length,
    ).toBeGreaterThan(3)
    expect(compile(files, { types: ['node'], target: ts.ScriptTarget.ES2022 })).toEqual([])
  })

  it('is the only one that has the broker in it', async () => {
    const document = await parseFile(join(root, 'examples/rooms.yaml'))
    const paths = Object.keys(outputOf(document))
    expect(paths.filter((path) => path.includes('redis'))).toEqual([])
  })
})

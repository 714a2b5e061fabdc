import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile } from '../../../support/compile'
import { parseFile } from '../../../support/document'
import { outputOf } from '../../../support/output'

const root = join(__dirname, '../../../..')

/** The program that docs/scaling.md shows. */
function documented(): string {
  const docs = readFileSync(join(root, 'docs/scaling.md'), 'utf8')
  const code = /```ts\n(.*?)```/s.exec(docs)?.[1] ?? ''
  return code
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
      Object.keys(output).filter((path) => path.startsWith('runtime/brokers/redis/')).length,
    ).toBeGreaterThan(3)
    files['surroundings.d.ts'] = readFileSync(
      join(root, 'test/docs/support/surroundings.d.ts'),
      'utf8',
    )
    const options = { types: ['node', 'jest'], noUnusedLocals: false, esModuleInterop: true }
    expect(compile(files, options)).toEqual([])
  })

  it.each(['redis', 'redis5'])('refuses an object that is not a client of %s', async (version) => {
    const document = await parseFile(join(root, 'examples/rooms.yaml'))
    const output = outputOf(document, { broker: 'redis', side: 'server' })
    const use = (expression: string): string => `
import * as redis from '${version}'
import { redisBroker } from './runtime/redis'
export const broker = redisBroker(${expression})
`
    const files = {
      ...output,
      'client.ts': use('redis.createClient()'),
      'cluster.ts': use('redis.createCluster({ rootNodes: [] })'),
      'function.ts': use('async () => redis.createClient()'),
      'pool.ts': use('redis.createClientPool()'),
      'sentinel.ts': use("redis.createSentinel({ name: 'a', sentinelRootNodes: [] })"),
    }
    const options = { types: ['node'], esModuleInterop: true }
    expect(compile(files, options).map((problem) => problem.split(':', 1)[0])).toEqual([
      'pool.ts',
      'sentinel.ts',
    ])
  })

  it('is the only one that has the broker in it', async () => {
    const document = await parseFile(join(root, 'examples/rooms.yaml'))
    const paths = Object.keys(outputOf(document))
    expect(paths.filter((path) => path.includes('redis'))).toEqual([])
  })
})

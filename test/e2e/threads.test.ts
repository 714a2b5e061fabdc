import { availableParallelism } from 'node:os'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseText } from '../support/document'
import { readFolder, scratchFolder } from '../support/folder'
import { generate } from '../support/generator'
import { formattedOutputOf } from '../support/output'

jest.setTimeout(300_000)

/** Enough channels that their output is formatted in threads. */
function large(): string {
  const channels = Array.from({ length: 100 }, (_, index): [string, object] => [
    `topic${index}`,
    {
      address: `topics/${index}`,
      messages: {
        [`changed${index}`]: {
          payload: {
            type: 'object',
            required: ['id'],
            properties: { id: { type: 'integer' }, note: { type: 'string', maxLength: index + 1 } },
          },
        },
      },
    },
  ])
  const info = { title: 'Large', version: '1.0.0' }
  return JSON.stringify({ asyncapi: '3.0.0', info, channels: Object.fromEntries(channels) })
}

function documentFile(text: string): string {
  const path = join(scratchFolder(), 'asyncapi.json')
  writeFileSync(path, text)
  return path
}

describe(`a document whose output is formatted in threads (${availableParallelism()} processors)`, () => {
  test('is the same as without them', async () => {
    const text = large()
    const folder = scratchFolder()
    await generate(documentFile(text), folder)
    const files = readFolder(folder)
    expect(files).toEqual({
      ...(await formattedOutputOf(await parseText(text))),
      '.eventsource-files.json': files['.eventsource-files.json'],
    })
  })

  test('is refused at once, when the threads have begun already', async () => {
    const folder = scratchFolder()
    const run = generate(documentFile(large()), folder, '-p', 'side=bothh')
    await expect(run).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('parameter "side"') as string,
    })
    expect(readFolder(folder)).toEqual({})
  })
})

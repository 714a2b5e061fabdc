import { fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MANIFEST } from '../../pipeline/output/manifest'
import { readFolder, scratchFolder } from '../support/folder'
import { OUTPUTS, run } from './support/outputs'

const KILLS = 24
const HOOK = join(__dirname, '../support/typescript-hook.js')
const WRITER = join(__dirname, 'support/writer.ts')

/** Every content that some run may have put under a path. */
const STATES = new Map<string, Set<string>>()
for (const output of OUTPUTS) {
  for (const [path, content] of Object.entries(output)) {
    STATES.set(path, (STATES.get(path) ?? new Set()).add(content))
  }
}

test('a run that is killed at any moment leaves complete files, and the next run repairs the folder', async () => {
  const folder = scratchFolder()
  writeFileSync(join(folder, 'mine.ts'), 'mine')
  for (let kill = 0; kill < KILLS; kill += 1) {
    const child = fork(WRITER, [folder, String(kill)], { execArgv: ['-r', HOOK] })
    await once(child, 'message')
    // Not a wait for something: the moment of the kill, anywhere in the runs that follow each other.
    await delay(randomInt(0, 40))
    child.kill('SIGKILL')
    await once(child, 'exit')

    const found = readFolder(folder)
    for (const [path, content] of Object.entries(found)) {
      if (path === 'mine.ts' || path.startsWith('.eventsource-tmp/')) continue
      if (path === MANIFEST) JSON.parse(content)
      else expect([path, STATES.get(path)?.has(content)]).toEqual([path, true])
    }
    // Every third kill is mended at once; the others meet a second and a third kill first.
    if (kill % 3 !== 2) continue
    const output = OUTPUTS[randomInt(0, 3)] ?? {}
    expect(run(folder, output).staleButModified).toEqual([])
    const { [MANIFEST]: manifest = '', ...files } = readFolder(folder)
    expect(files).toEqual({ ...output, 'mine.ts': 'mine' })
    expect(JSON.parse(manifest)).not.toHaveProperty('previous')
  }
}, 300_000)

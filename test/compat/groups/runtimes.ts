import { application, type ApplicationRequest } from '../support/application'
import type { Matrix } from '../support/matrix'
import { bun, deno, nodes } from '../support/programs'
import { nodeRuntime, playedBy, type Runtime } from '../support/stage'

const GROUP =
  'Runtimes: generated client against generated server, both as processes that end by themselves'

/** The scenario in each runtime, in each form in which it takes code. */
export function addRuntimes(matrix: Matrix): void {
  const check = (what: string, runtime: Runtime, request: ApplicationRequest): void =>
    matrix.check(GROUP, what, runtime.title, async () => {
      await playedBy(await application(request), runtime)
    })
  for (const client of ['fetch', 'eventsource'] as const) {
    for (const version of nodes()) {
      const runtime = nodeRuntime(version)
      check(`client=${client}, ES modules`, runtime, { kind: 'esm', client })
      check(`client=${client}, CommonJS`, runtime, { kind: 'cjs', client })
      if (version.major >= 22) {
        check(`client=${client}, TypeScript as it is`, runtime, { kind: 'ts', client })
      }
    }
    const denoRuntime = {
      title: deno().title,
      command: [
        deno().path,
        'run',
        '--quiet',
        '--no-check',
        '--allow-all',
        '--node-modules-dir=manual',
      ],
    }
    check(`client=${client}, TypeScript as it is`, denoRuntime, { kind: 'ts', client })
    const bunRuntime = { title: bun().title, command: [bun().path, 'run'] }
    check(`client=${client}, TypeScript as it is`, bunRuntime, { kind: 'ts', client })
    check(`client=${client}, importExtension=none`, bunRuntime, { kind: 'bundled', client })
  }
}

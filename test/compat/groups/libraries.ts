import { application, type Application, type ApplicationRequest } from '../support/application'
import { packageVersion } from '../support/folders'
import type { Matrix } from '../support/matrix'
import { node } from '../support/programs'
import { withRedis } from '../support/redis'
import { nodeRuntime, playedBy, withServer, type Runtime } from '../support/stage'

const GROUP = 'Libraries: both supported majors'

/** The scenario with each major version of the dependencies of generated code, as ES modules and CommonJS. */
export function addLibraries(matrix: Matrix): void {
  const check = (
    name: string,
    alias: string,
    runtime: Runtime,
    request: ApplicationRequest,
  ): void =>
    matrix.check(
      GROUP,
      `${name} ${packageVersion(alias)}, ${request.kind === 'esm' ? 'ES modules' : 'CommonJS'}`,
      runtime.title,
      async () => {
        const built = await application({
          ...request,
          packages: { [name]: alias, ...request.packages },
        })
        if (request.redis === true) await twoProcesses(built, runtime)
        else await playedBy(built, runtime)
      },
    )
  for (const version of [node(20), node(24)]) {
    const runtime = nodeRuntime(version)
    for (const kind of ['esm', 'cjs'] as const) {
      check('express', 'express4', runtime, {
        kind,
        packages: { '@types/express': 'express-types4' },
      })
      check('express', 'express5', runtime, { kind })
      for (const alias of ['eventsource4', 'eventsource5']) {
        check('eventsource', alias, runtime, { kind, client: 'eventsource' })
      }
      for (const alias of ['redis5', 'redis6']) {
        check('redis', alias, runtime, { kind, redis: true })
      }
    }
  }
}

/** Two servers on one Redis: the client receives from one what is published on the other. */
async function twoProcesses(built: Application, runtime: Runtime): Promise<void> {
  await withRedis(async (url) => {
    const env = { REDIS_URL: url }
    await withServer(built, runtime, env, (publisher) =>
      playedBy(built, runtime, { env, publisher }),
    )
  })
}

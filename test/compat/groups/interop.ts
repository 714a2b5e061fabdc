import { application, type Application } from '../support/application'
import { chromiumVersion } from '../support/chromium'
import { packageVersion } from '../support/folders'
import { CannotRun, type Matrix } from '../support/matrix'
import { run, Running } from '../support/processes'
import { node } from '../support/programs'
import { nodeRuntime, playedBy, withServer } from '../support/stage'
import { bundled, visit } from './browser'

const GROUP = "Interoperation: others' clients resume on the generated server"
const INTEROP = ['resume', 'interop-eventsource-client']

/** Third-party clients: each listens to a hub, loses the connection, and gets the missed events. */
export async function addInterop(matrix: Matrix): Promise<void> {
  const runtime = nodeRuntime(node(24))
  const check = (what: string, program: string, packages: Readonly<Record<string, string>>): void =>
    matrix.check(GROUP, what, runtime.title, async () => {
      await playedBy(await interopApplication(program, packages), runtime, { program })
    })
  for (const alias of ['eventsource4', 'eventsource5']) {
    check(`eventsource ${packageVersion(alias)}`, 'interop-eventsource', { eventsource: alias })
  }
  check(`eventsource-client ${packageVersion('eventsource-client')}`, 'interop-client', {})

  const browser = await chromiumVersion().catch(() => 'Chromium')
  for (const [client, what] of Object.entries({
    native: 'native EventSource',
    'cross-origin': 'native EventSource from another origin',
    'eventsource-client': `eventsource-client ${packageVersion('eventsource-client')}`,
    'fetch-event-source': `@microsoft/fetch-event-source ${packageVersion('@microsoft/fetch-event-source')}`,
  })) {
    matrix.check(GROUP, what, browser, async () => {
      const packages = {
        'eventsource-client': 'eventsource-client',
        '@microsoft/fetch-event-source': '@microsoft/fetch-event-source',
      }
      const folder = await bundled({
        client: 'fetch',
        bundler: 'esbuild',
        page: 'interop-page',
        application: { programs: INTEROP, packages },
      })
      await visit(folder, `?client=${client}`)
    })
  }
  const { stdout } = await run('curl', ['--version']).catch(() => ({ stdout: '' }))
  matrix.check(GROUP, stdout.split(' ').slice(0, 2).join(' ') || 'curl', 'command line', curl)
}

async function interopApplication(
  program: string,
  packages: Readonly<Record<string, string>>,
): Promise<Application> {
  return application({
    kind: 'esm',
    packages: { 'eventsource-client': 'eventsource-client', ...packages },
    programs: [...INTEROP, program],
  })
}

/** `curl -N`: receives live events, and with a `Last-Event-ID` earlier ones. */
async function curl(): Promise<void> {
  await run('curl', ['--version']).catch(() => {
    throw new CannotRun('curl is not installed: apt-get install curl')
  })
  const server = await application({ kind: 'esm' })
  await withServer(server, nodeRuntime(node(24)), {}, async (origin) => {
    const say = async (text: string): Promise<string> => {
      const query = new URLSearchParams({ room: '1', text })
      return (await fetch(`${origin}/control/say?${query}`, { method: 'POST' })).text()
    }
    const id = await say('one')
    const second = await say('two')
    const received = new Running('curl', [
      ...['-sNi', '-H', `Last-Event-ID: ${id}`, `${origin}/api/rooms/1/events`],
    ])
    try {
      await received.printed(/^content-type: text\/event-stream/im)
      await received.printed(new RegExp(`^id: ${second}$`, 'm'))
      await received.printed(/"text":"two"/)
      await say('three')
      const [all] = await received.printed(/^[^]*"text":"three"/)
      if (all.includes('"text":"one"')) throw new Error(`it received again what it had: ${all}`)
    } finally {
      await received.stop()
    }
  })
}

import { LocalRun } from './run'
import type { ScenarioName } from './scenarios'
import type { Service } from './service'

/** Path of the requests that control a host in another process. */
export const CONTROL_PATH = '/__control/'

/** A request of the test. */
export interface ControlRequest {
  readonly scenario?: ScenarioName
  readonly options?: unknown
  readonly command?: string
  readonly args?: readonly string[]
}

/** Starts scenarios in this process as a test in another process requests it. */
export function createControl(
  createService: (request: Request) => Service,
): (request: Request) => Promise<Response> {
  let run: LocalRun | undefined
  const answer = async (request: Request, action: string): Promise<unknown> => {
    if (action === 'reports') return run?.values ?? []
    const { scenario, options, command, args = [] } = (await request.json()) as ControlRequest
    if (scenario !== undefined) {
      run = await LocalRun.start(createService(request), scenario, options)
      return run.url
    }
    if (command !== undefined) return run?.run(command, ...args)
    return run?.stop()
  }
  return async (request) => {
    const action = new URL(request.url).pathname.slice(CONTROL_PATH.length)
    try {
      return Response.json({ result: (await answer(request, action)) ?? null })
    } catch (error) {
      return Response.json({ error: String(error) }, { status: 500 })
    }
  }
}

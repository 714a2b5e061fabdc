import { ChannelRuns } from './runs/channel-runs'
import type { RunProducer, Runs, RunsOptions } from './runs/types'
import type { PresentedCredentials } from './server/request-credentials'
import type { ServerChannel } from './server/types'

export type { NamedMessage } from './server/types'
export { memoryRuns, type MemoryRunsOptions } from './runs/memory-run-log'
export { RunLimitError } from './runs/run-log'
export { RunRefusedError } from './runs/run-writer'
export type { RunBroker, RunEnd, RunLog, RunLogSettings } from './runs/run-log'
export type { RunContext, RunProducer, RunRequest, Runs, RunsOptions } from './runs/types'

/** Creates the runs of a request stream. A host function, such as `withExpress`, adds the method that serves them. */
export function createRuns<
  Events,
  Content,
  Params,
  Body,
  Auth = PresentedCredentials,
  User extends object | true = true,
>(
  channel: ServerChannel<Events, Content, Params, Auth>,
  producer: RunProducer<Events, Content, Params, Body, User>,
  options: RunsOptions<Params, User, Auth> = {},
): Runs {
  return new ChannelRuns(channel, producer, options)
}

import { ChannelHub } from './hub/hub'
import type { Hub, HubContentOptions, HubOptions } from './hub/types'
import type { PresentedCredentials } from './server/request-credentials'
import type { ServerChannel } from './server/types'

export { memoryBroker } from './brokers/memory-broker'
export type { Broker, BrokerFactory, BrokerHub, BrokerSink, BrokerEvent } from './brokers/broker'
export type {
  HistoryOptions,
  Hub,
  HubContentOptions,
  HubEvent,
  HubMetrics,
  HubNotice,
  HubOptions,
  SnapshotMessages,
} from './hub/types'

/** Creates a hub. A host function, such as `withExpress`, adds the method that serves it. */
export function createHub<Events, Content, Params, Auth = PresentedCredentials>(
  channel: ServerChannel<Events, Content, Params, Auth>,
  options: HubOptions<Params, Auth> & HubContentOptions<Events, Content, Params> = {},
): Hub<Events, Content, Params> {
  return new ChannelHub(channel, options)
}

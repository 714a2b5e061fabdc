import { withExpress, type ExpressRoutes } from '../../../../runtime/express'
import * as hubs from '../../../../runtime/hub'
import type { ServerChannel } from '../../../../runtime/server'

export * from '../../../../runtime/express'
export * from '../../../../runtime/hub'
export * from '../../../../runtime/server'

// As a generated module has them with `host=express`.

export type Hub<Events, Content, Params> = hubs.Hub<Events, Content, Params> & ExpressRoutes

export function createHub<Events, Content, Params, Auth>(
  channel: ServerChannel<Events, Content, Params, Auth>,
  options?: hubs.HubOptions<Params, Auth> & hubs.HubContentOptions<Events, Content, Params>,
): Hub<Events, Content, Params> {
  return withExpress(hubs.createHub(channel, options))
}

import { Code } from '../../filters/code'
import type { Host } from '../options'
import type { ServerHost } from './view'

/** Types of each host's runtime module that users reference. */
const TYPES: Readonly<Record<Host, readonly string[]>> = {
  express: ['SendCallback', 'ServerOptions'],
  fetch: ['FetchCallback', 'FetchContext', 'FetchHandler', 'FetchOptions'],
  node: ['NodeHandler', 'NodeOptions', 'NodeSendCallback'],
  fastify: ['FastifyOptions', 'FastifySendCallback'],
}

/** The hosts of the server, in the order of the parameter `host`. */
export function buildHosts(hosts: readonly Host[]): ServerHost[] {
  return hosts.map((host) => {
    const name = host.charAt(0).toUpperCase() + host.slice(1)
    return {
      name: new Code(host),
      modulePath: `./event_source_${host}`,
      runtimePath: `../runtime/${host}`,
      runtimePathFromRoot: `./runtime/${host}`,
      hubFunction: new Code(`with${name}`),
      hubMethods: new Code(`${name}Routes`),
      types: TYPES[host].map((type) => new Code(type)),
    }
  })
}

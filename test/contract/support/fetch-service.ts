import { createFetchHandler, withFetch, type FetchHandler } from '../../../runtime/fetch'
import { createHub } from '../../../runtime/hub'
import { hostOptions, type Service } from './service'

/** A server that calls a fetch handler. */
export interface Listener {
  readonly url: string
  close(): Promise<void>
}

/** Creates a service with `host=fetch`. @param listen starts a server of the runtime */
export function fetchService(
  listen: (fetch: FetchHandler) => Listener | Promise<Listener>,
): Service {
  const handlers: FetchHandler[] = []
  let listener: Listener | undefined
  /** Passes a request to the first handler that has its path. */
  const fetch: FetchHandler = async (request) => {
    for (const handle of handlers) {
      const response = await handle(request)
      if (response.status !== 404) return response
    }
    return new Response(null, { status: 404 })
  }
  return {
    hub: (channel, options) => {
      const hub = withFetch(createHub(channel, options))
      handlers.push(hub.fetch)
      return hub
    },
    send: (channel, callback, options = {}) => {
      const handle = createFetchHandler(
        channel,
        ({ parameters, sendEvent, body }) => callback(parameters, sendEvent, body),
        hostOptions(options),
      )
      handlers.push(handle)
    },
    listen: async () => {
      listener = await listen(fetch)
      return listener.url
    },
    close: async () => listener?.close(),
  }
}

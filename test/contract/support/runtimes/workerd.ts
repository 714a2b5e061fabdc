import type { FetchHandler } from '../../../../runtime/fetch'
import { CONTROL_PATH, createControl } from '../control'
import { fetchService } from '../fetch-service'

interface Stub {
  fetch(request: Request): Promise<Response>
}

/** Present if the service runs in a Durable Object. */
interface Environment {
  readonly SERVICE_OBJECT?: { idFromName(name: string): unknown; get(id: unknown): Stub }
}

/** A worker has no sockets of its own: control and service share one. */
function createWorker(): FetchHandler {
  let service: FetchHandler | undefined
  const control = createControl((request) =>
    fetchService((fetch) => {
      service = fetch
      const close = (): Promise<void> => {
        service = undefined
        return Promise.resolve()
      }
      return { url: new URL(request.url).origin, close }
    }),
  )
  return (request) => {
    const isControl = new URL(request.url).pathname.startsWith(CONTROL_PATH)
    return isControl || service === undefined ? control(request) : service(request)
  }
}

const worker = createWorker()

/** The service as a Durable Object, in which the requests of all clients share one context. */
export class ServiceObject {
  readonly fetch = createWorker()
}

export default {
  fetch: (request: Request, { SERVICE_OBJECT: objects }: Environment): Promise<Response> =>
    objects === undefined
      ? worker(request)
      : objects.get(objects.idFromName('contract')).fetch(request),
}

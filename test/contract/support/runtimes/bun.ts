import { createControl } from '../control'
import { fetchService, type Listener } from '../fetch-service'

/** The part of Bun's API that this module uses. */
declare const Bun: {
  serve(options: {
    readonly port: number
    readonly hostname: string
    readonly idleTimeout: number
    fetch(request: Request): Promise<Response>
  }): { readonly url: URL; stop(): Promise<void> }
}

function serve(fetch: (request: Request) => Promise<Response>): Listener {
  // By default, Bun closes a connection that is silent for 10 s.
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', idleTimeout: 0, fetch })
  return { url: server.url.origin, close: () => server.stop() }
}

console.log(serve(createControl(() => fetchService(serve))).url)

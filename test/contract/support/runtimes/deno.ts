import { createControl } from '../control'
import { fetchService, type Listener } from '../fetch-service'

/** The part of Deno's API that this module uses. */
declare const Deno: {
  serve(
    options: { readonly port: number; readonly hostname: string; onListen(): void },
    fetch: (request: Request) => Promise<Response>,
  ): { readonly addr: { readonly port: number }; shutdown(): Promise<void> }
}

function serve(fetch: (request: Request) => Promise<Response>): Listener {
  const options = { port: 0, hostname: '127.0.0.1', onListen: () => undefined }
  const server = Deno.serve(options, fetch)
  return { url: `http://127.0.0.1:${server.addr.port}`, close: () => server.shutdown() }
}

console.log(serve(createControl(() => fetchService(serve))).url)

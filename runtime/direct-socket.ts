import type { HttpResponse } from './http'

/** What is written to: a socket of node:net or node:tls. */
export interface DirectSocket {
  readonly writableLength: number
  readonly destroyed: boolean
  write(chunk: Uint8Array): boolean
  on(event: 'drain', listener: () => void): unknown
  removeListener(event: 'drain', listener: () => void): unknown
}

interface NodeResponse extends HttpResponse {
  readonly chunkedEncoding: boolean
}

interface Process {
  readonly versions?: Readonly<Record<string, string | undefined>>
  getBuiltinModule?(id: 'node:http'): { readonly ServerResponse?: ResponseClass }
}
interface ResponseClass {
  readonly prototype: HttpResponse
}

/** Node's own response class, or none on other platforms: asked for without an import, which not every bundler takes. */
const NodeServerResponse = ((): ResponseClass | undefined => {
  const { process } = globalThis as { readonly process?: Process }
  if (process?.versions?.['bun'] !== undefined || process?.versions?.['deno'] !== undefined) {
    return undefined
  }
  return process?.getBuiltinModule?.('node:http').ServerResponse
})()
const prototype: object | undefined = NodeServerResponse?.prototype

/**
 * The socket under a response, where writing straight to it is the same as `response.write`: a plain response of node:http
 * whose headers are out. It halves the cost of a broadcast. Middleware that stands in the way is honoured: `compression`
 * and its kin replace `response.write`.
 */
export function directSocket(response: HttpResponse): DirectSocket | undefined {
  if (prototype === undefined || !Object.prototype.isPrototypeOf.call(prototype, response)) {
    return undefined
  }
  const socket = response.socket
  return socket !== null && 'write' in socket ? (socket as DirectSocket) : undefined
}

/** Whether this write may go straight: nothing waits in the response, and nobody has put himself in front of it. */
export function isDirect(response: HttpResponse, socket: DirectSocket): boolean {
  return (
    response.write === NodeServerResponse?.prototype.write &&
    response.socket === socket &&
    response.writableLength === socket.writableLength &&
    !response.writableEnded
  )
}

/** Whether what is written to the response is chunked: not for HTTP/1.0, which nginx speaks by default. */
export function isChunked(response: HttpResponse): boolean {
  return (response as NodeResponse).chunkedEncoding
}

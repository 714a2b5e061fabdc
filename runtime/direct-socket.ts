import type { HttpResponse } from './http'

/** What is written to: a socket of node:net or node:tls. */
export interface DirectSocket {
  readonly writable: boolean
  readonly writableLength: number
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
const prototype = ((): HttpResponse | undefined => {
  const { process } = globalThis as { readonly process?: Process }
  if (process?.versions?.['bun'] !== undefined || process?.versions?.['deno'] !== undefined) {
    return undefined
  }
  return process?.getBuiltinModule?.('node:http').ServerResponse?.prototype
})()

/**
 * The socket under a response that has begun, where writing straight to it is the same as `response.write`; it halves the
 * cost of a broadcast. That is so for a plain response of node:http with nobody in front of it (`compression` and its kin
 * replace `response.write`) and nothing waiting in it, until it ends.
 */
export function directSocket(response: HttpResponse): DirectSocket | undefined {
  if (prototype === undefined || !Object.prototype.isPrototypeOf.call(prototype, response)) {
    return undefined
  }
  const { socket } = response
  const isPlain =
    response.write === prototype.write &&
    socket !== null &&
    'writableLength' in socket &&
    socket.writableLength === response.writableLength
  return isPlain ? (socket as DirectSocket) : undefined
}

/** Whether what is written to the response is chunked: not for HTTP/1.0, which nginx speaks by default. */
export function isChunked(response: HttpResponse): boolean {
  return (response as NodeResponse).chunkedEncoding
}

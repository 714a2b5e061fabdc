import type { Exchange } from '../server/exchange'
import { rejectTemporarily, sendProblem } from '../server/http'
import type { RunEnd } from './run-log'

/**
 * The address of a run, relative to that of its start (RFC 9110 §10.2.2): a proxy may have changed the path prefix.
 * @param url path and query of the request
 * @param constants query parameters that distinguish the channel from others with the same address
 */
export function locationOf(
  url: string,
  run: string,
  constants: Readonly<Record<string, string>> = {},
): string {
  const [path = ''] = url.split('?', 1)
  const last = path.slice(path.lastIndexOf('/') + 1)
  const query = String(new URLSearchParams(constants))
  return `./${last === '' ? '' : `${last}/`}${run}${query === '' ? '' : `?${query}`}`
}

export function refuseStart(exchange: Exchange, status: 422 | 429 | 503): void {
  if (status === 422) {
    const detail = 'a request with this Idempotency-Key and another body has started a run'
    sendProblem(exchange, { status, detail })
  } else {
    rejectTemporarily(exchange, status)
  }
}

export function refuseUnknown(exchange: Exchange): void {
  sendProblem(exchange, { status: 404, detail: 'there is no such run' })
}

export function answerEnd(exchange: Exchange, end: RunEnd): void {
  exchange.takeResponse()
  const { response } = exchange
  response.statusCode = 204
  response.setHeader('EventSource-End', end)
  response.setHeader('Cache-Control', 'no-store')
  response.end()
}

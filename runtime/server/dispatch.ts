import type { Exchange, Next, RouteInfo } from './exchange'
import { sendProblem } from './http'

/** The part of a router that hosts without a router need: methods, preflights, and unhandled errors. */
export function dispatch<Raw>(
  info: RouteInfo<Raw>,
  exchange: Exchange<Raw>,
  handle: (next: Next) => Promise<void>,
): void {
  const { methods, preflight } = info
  const { method } = exchange.request
  const onNext = (error?: unknown): void => {
    if (error !== undefined && error !== null) info.reportError(error)
    if (exchange.isAnswered) return
    // A callback that calls `next()` declines the request.
    if (error === undefined || error === null) {
      sendProblem(exchange, { status: 404, detail: 'no channel has this address' })
    } else {
      sendProblem(exchange, { status: 500, detail: 'the server failed' })
    }
  }
  if (method === 'OPTIONS' && preflight !== undefined) {
    try {
      preflight(exchange)
    } catch (error) {
      onNext(error)
    }
  } else if (methods.includes(method)) {
    void handle(onNext)
  } else {
    const allowed = methods.join(', ')
    exchange.response.setHeader('Allow', allowed)
    sendProblem(exchange, { status: 405, detail: `this address accepts only ${allowed}` })
  }
}

/**
 * The part of a path after a prefix.
 * @param prefix e.g. `/api`; leading and trailing slashes are ignored
 * @returns undefined if the path does not begin with the prefix
 */
export function withoutPrefix(path: string, prefix: string): string | undefined {
  const segments = prefix.split('/').filter((segment) => segment !== '')
  if (segments.length === 0) return path
  const start = `/${segments.join('/')}`
  if (path === start) return '/'
  return path.startsWith(`${start}/`) ? path.slice(start.length) : undefined
}

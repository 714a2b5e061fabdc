import type { HttpResponse } from './http'

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** Why a request is refused. */
export interface Problem {
  readonly status: number
  /** For people; says what to do. */
  readonly detail: string
  /** The address's parameter that is at fault. */
  readonly parameter?: string
}

/** Answers with `application/problem+json` (RFC 9457). */
export function answerProblem(
  response: HttpResponse,
  { status, detail, parameter }: Problem,
): void {
  response.statusCode = status
  response.setHeader('Content-Type', 'application/problem+json')
  response.setHeader('Cache-Control', 'no-store')
  response.end(
    JSON.stringify({ type: 'about:blank', title: TITLES[status], status, detail, parameter }),
  )
}

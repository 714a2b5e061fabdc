/** Behaviors in which a host differs, with their descriptions in docs/compatibility.md. The suite asserts each of them. */
export const DIFFERENCES = {
  fallsThrough:
    'A request with another method goes to the next route. The other hosts answer 405 with `Allow`.',
  noRemoteAddress:
    'A request has no remote address: `maxConnectionsPerKey` without `connectionKey` is an error.',
  limitsParameters:
    'The router refuses a parameter of more than 100 characters with 414 (`maxParamLength`). The other hosts refuse one of more than 1024 characters with 400.',
  refusesMalformedPaths:
    'The router answers 400 to a parameter that is not percent-encoded UTF-8; the response is not `application/problem+json`.',
  separatesRequests:
    'A request can neither write to the response of another request nor wait for it: hubs and runs need a Durable Object.',
  detectsAtWrite:
    'A disconnected client is detected at the next write, at the latest at the next heartbeat. The other hosts detect it at once.',
  stopsCallbacks:
    'When a client disconnects, its callback does not continue after `await`: release resources in a listener of `sendEvent.signal`.',
} as const

export type Difference = keyof typeof DIFFERENCES

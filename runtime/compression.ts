import { acceptsEncoding } from './server/http'
import { GzipEncoder, GzipRoomEncoder } from './hub/gzip-encoder'
import type { HubCompression } from './hub/types'

export type { HubCompression } from './hub/types'

/**
 * Compresses the streams of a hub with gzip: each event once for all clients of its room. Clients whose `Accept-Encoding`
 * excludes gzip receive plain streams. Requires `node:zlib`: Node, Bun, Deno, and workerd with the flag `nodejs_compat`.
 *
 * Do not use it for streams that contain both secrets and text of an attacker: the size of the compressed events reveals
 * the secrets (BREACH).
 */
export function gzipCompression(): HubCompression {
  return {
    encoderFor: (request) =>
      acceptsEncoding(request.header('accept-encoding'), 'gzip') ? new GzipEncoder() : undefined,
    openRoom: (options) => new GzipRoomEncoder(options),
  }
}

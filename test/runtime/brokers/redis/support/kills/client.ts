// A client process: `client.ts <base URL> <last ids by room, JSON>`. It reports all events that it receives.
import { listen } from '../../../../../../runtime/fetch-client'
import { IDLE_TIMEOUT } from './balancer'
import { ROOMS, notes } from './channel'
import type { Received } from './channel'

const [, , baseUrl = '', lastIds = '{}'] = process.argv
const known = JSON.parse(lastIds) as Record<string, string>
const report = (received: Received | { ready: true }): void => void process.send?.(received)

let opened = 0
for (const room of ROOMS) {
  let isOpen = false
  listen(
    notes,
    (note, _parameters, error, { id, cause }) => {
      if (note) report({ room, id, note })
      else if (cause?.retrying === false) throw new Error(error)
    },
    { roomId: room },
    {
      baseUrl,
      lastEventId: known[room] ?? '',
      idleTimeout: IDLE_TIMEOUT,
      reconnect: { initialDelay: 100, maxDelay: 300 },
      onError: (error) => {
        console.error(error)
        process.exit(1)
      },
      onGap: () => report({ room, gap: true }),
      onOpen: () => {
        if (isOpen) return
        isOpen = true
        if (++opened === ROOMS.length) report({ ready: true })
      },
    },
  )
}

import { join } from 'node:path'
import type { PeerClient } from './peers'

// Listens with the generated client and reports its result and memory. Run by bad-server.test.ts.

async function main(): Promise<void> {
  const [, , channels = '', baseUrl = '', mode = ''] = process.argv
  const { listenForRoomsRoom } = (await import(
    join(channels, 'event_source_client.ts')
  )) as PeerClient
  const before = process.resourceUsage().maxRSS
  let code: string | undefined
  const subscription = listenForRoomsRoom(
    (_message, _parameters, _error, { cause }) => {
      code = cause?.code
      // A consumer that never continues.
      if (mode === 'stall') return new Promise(() => undefined)
      return undefined
    },
    { room: 'a' },
    { baseUrl, reconnect: false },
  )
  const report = (): void => {
    const { maxRSS } = process.resourceUsage()
    process.send?.({ code, memory: (maxRSS - before) * 1024 })
  }
  process.on('message', report)
  void subscription.closed.then(report)
  process.send?.('ready')
}

void main()

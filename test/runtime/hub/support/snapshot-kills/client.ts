// A client process without a position: `client.ts <base URL>`. It reports each note and each gap.
import { listen } from '../../../../../runtime/fetch-client'
import { IDLE_TIMEOUT } from '../../../brokers/redis/support/kills/balancer'
import { notes, ROOMS } from '../../../brokers/redis/support/kills/channel'

const [, , baseUrl = ''] = process.argv

process.send?.({ ready: true })
for (const room of ROOMS) {
  listen(
    notes,
    // The events of a snapshot have no id.
    (note, _parameters, _error, { id }) =>
      note && process.send?.({ room, note, isState: id === '' }),
    { roomId: room },
    {
      baseUrl,
      idleTimeout: IDLE_TIMEOUT,
      reconnect: { initialDelay: 50, maxDelay: 200 },
      onGap: ({ healed }) => process.send?.({ room, healed }),
      onError: (error) => {
        console.error(error)
        process.exit(1)
      },
    },
  )
}

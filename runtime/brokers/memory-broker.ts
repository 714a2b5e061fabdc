import type { Broker, BrokerFactory, BrokerSink } from './broker'
import { LastEventIds } from './event-ids'

/** Addresses whose newest id is stored. */
const MAX_ADDRESSES = 100_000

/**
 * The broker of one process: an event is delivered as soon as it is published.
 *
 * Ids are `<start>-<n>`. `<start>` is the creation time of the hub, ms, followed by three random digits: two processes that
 * start together must not accept each other's ids. So an id of another process, or of an earlier run of this one, is
 * reported as a gap.
 */
export function memoryBroker(): BrokerFactory {
  return ({ name }): Broker => {
    const incarnation = Date.now() * 1000 + Math.floor(Math.random() * 1000)
    const start = `${incarnation}-0`
    const lastEventIds = new LastEventIds(MAX_ADDRESSES, start)
    let sink: BrokerSink | undefined
    let count = 0

    return {
      start,
      append(address, event, data) {
        if (sink === undefined) return Promise.reject(new Error(`hub ${name} is closed`))
        const id = `${incarnation}-${++count}`
        const prev = lastEventIds.get(address)
        lastEventIds.set(address, id)
        sink.deliver([{ id, prev, address, event, data }])
        return Promise.resolve(id)
      },
      open(newSink) {
        sink = newSink
        sink.preload([])
        sink.up()
        return Promise.resolve()
      },
      close() {
        sink = undefined
        return Promise.resolve()
      },
    }
  }
}

import type { Broker, BrokerFactory, BrokerSink } from './broker'
import { Tails } from './tails'

/** Addresses whose newest id is remembered. */
const ADDRESSES = 100_000

/**
 * The broker of one process: an event is delivered as soon as it is published.
 *
 * Ids are `<start>-<n>`, where `<start>` is the time at which the hub was made, ms, with three random digits behind it:
 * two processes that start together must not take each other's ids for their own. So an id of another process, or of
 * an earlier life of this one, is told as a gap.
 */
export function memoryBroker(): BrokerFactory {
  return ({ name }): Broker => {
    const life = Date.now() * 1000 + Math.floor(Math.random() * 1000)
    const start = `${life}-0`
    const tails = new Tails(ADDRESSES, start)
    let sink: BrokerSink | undefined
    let count = 0

    return {
      start,
      append(address, event, data) {
        if (sink === undefined) return Promise.reject(new Error(`hub ${name} is closed`))
        const id = `${life}-${++count}`
        const prev = tails.get(address)
        tails.set(address, id)
        sink.entries([{ id, prev, address, event, data }])
        return Promise.resolve(id)
      },
      open(opened) {
        sink = opened
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

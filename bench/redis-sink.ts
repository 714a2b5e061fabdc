import type { BrokerSink } from '../runtime/brokers/broker'

/** The hub of a benchmark: passes on the data of new events. TypeScript checks that it has all members of a sink. */
export function dataSink(callback: (data: string) => void): BrokerSink {
  return {
    preload: () => undefined,
    deliver: (events) => events.forEach(({ data }) => callback(data)),
    reset() {
      throw new Error('events were lost')
    },
    updateClock: () => undefined,
    up: () => undefined,
    down(error) {
      throw error
    },
  }
}

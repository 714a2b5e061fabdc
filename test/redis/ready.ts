import type { BrokerFactory } from '../../runtime/broker'

/** A broker that says when its hub has its history. Clients that come earlier hear what comes from then on. */
export function tellsReady(factory: BrokerFactory): {
  broker: BrokerFactory
  ready: Promise<void>
} {
  let isReady: () => void
  const ready = new Promise<void>((resolve) => {
    isReady = resolve
  })
  return {
    ready,
    broker: (hub) => {
      const broker = factory(hub)
      return { ...broker, open: (sink) => broker.open(sink).then(isReady) }
    },
  }
}

import type { Broker, BrokerHub, BrokerSink } from '../../../../runtime/brokers/broker'

/** A broker whose events the test makes, as if other processes published them. */
export class ScriptedBroker implements Broker {
  sink!: BrokerSink
  hub: BrokerHub | undefined
  readonly appended: { resolve(id: string): void; reject(error: Error): void }[] = []
  isClosed = false
  /** Called by `readClock`; absent: the broker has no epochs. */
  readClock?: () => Promise<void>
  newestId?: (address: string) => Promise<string | undefined>

  open(sink: BrokerSink): Promise<void> {
    this.sink = sink
    return Promise.resolve()
  }
  append(): Promise<string> {
    return new Promise((resolve, reject) => this.appended.push({ resolve, reject }))
  }
  close(): Promise<void> {
    this.isClosed = true
    return Promise.resolve()
  }
}

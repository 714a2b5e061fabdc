import { Connection, type ConnectionOwner } from '../../../runtime/server/connection'
import { RunStream } from '../../../runtime/runs/run-stream'
import { deferred } from '../server/support/host'

/** A client that reads nothing. */
class BlockedConnection extends Connection {
  readonly unsent = 0
  readonly isAnswered = false

  constructor(owner: ConnectionOwner) {
    const times = { heartbeat: 0, maxDuration: 0, retry: 1, closeTimeout: 1, stallTimeout: 0 }
    super({ ...times, directWrites: false }, owner)
  }

  destroy(): void {
    this.reportClose()
  }

  protected send(): boolean {
    this.isBlocked = true
    return false
  }

  protected start(): void {
    this.send()
  }

  protected finish(): void {
    this.reportClose()
  }

  protected finishIncomplete(): void {
    this.reportClose()
  }

  protected detach(): void {
    this.reportClose()
  }
}

describe('A stream of a run', () => {
  it('stops reading if its client, which reads nothing, disconnects while the log is asked', async () => {
    const [asked, answered, stopped] = [deferred(), deferred(), deferred()]
    let connection: BlockedConnection | undefined
    const stream = new RunStream(
      0,
      (owner) => (connection = new BlockedConnection(owner)),
      async function* () {
        try {
          asked.resolve()
          await answered.promise
          yield [{ event: '', data: 'a' }]
          return 'done'
        } finally {
          stopped.resolve()
        }
      },
      () => undefined,
    )
    await asked.promise
    connection?.destroy()
    await stream.closed
    answered.resolve()
    await stopped.promise
  })
})

/**
 * What this code needs of a client of the `redis` package (node-redis 5 and 6): any
 * `createClient(…)` fits. Its address, TLS, credentials and database are taken over; the connections
 * are the broker's own, so it need not be connected and may be closed at any time.
 */
export interface RedisClient {
  readonly options?: object | undefined
  readonly isReady: boolean
  duplicate(overrides?: object): RedisClient
  connect(): Promise<unknown>
  destroy(): void
  sendCommand(args: string[]): Promise<unknown>
  on(event: 'error', listener: (error: Error) => void): unknown
}

/** Why a command brought no answer. */
export class RedisError extends Error {
  override readonly name = 'RedisError'
  /** `refused`: Redis did nothing. `unknown`: it may have done it, or may still do it. */
  readonly outcome: 'refused' | 'unknown'

  constructor(message: string, outcome: 'refused' | 'unknown', cause?: unknown) {
    super(message, { cause })
    this.outcome = outcome
  }
}

/** How Redis starts the text of an error answer: `ERR …`, `NOSCRIPT …`. Failures of a connection do not look so. */
const ERROR_ANSWER = /^[A-Z][A-Z0-9]+\b/

/** Answers of a server that is not the one to talk to (any more): connecting anew may find another. */
const WRONG_SERVER =
  /^(READONLY|LOADING|MASTERDOWN|NOREPLICAS|NOAUTH|MOVED|ASK|TRYAGAIN|CLUSTERDOWN)\b/

interface Waiting {
  sent: boolean
  fail(cause: unknown): void
}

/** Says for each new connection where it shall lead, by a client that describes it. */
export type Locate = () => RedisClient | Promise<RedisClient>

interface Opened {
  /** Undefined while it is being found out where to connect to. */
  client?: RedisClient
  ready: Promise<RedisClient>
  isReady: boolean
}

/**
 * One connection to Redis, opened when a command needs it and dropped at the first doubt.
 *
 * node-redis's own reconnecting, offline queue and command timeout are switched off: the queue hides
 * that Redis is away, and a Redis that hangs keeps its sockets open, which only a timer can see.
 */
export class RedisConnection {
  readonly #locate: Locate
  readonly #waiting = new Set<Waiting>()
  #opened: Opened | undefined

  constructor(locate: Locate) {
    this.#locate = locate
  }

  /**
   * Sends a command and waits `timeout` ms for its answer, the time it takes to connect included.
   * Commands are sent in the order of the calls.
   * @throws RedisError
   */
  command(args: string[], timeout: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        sent: false,
        fail: (cause) => {
          settle()
          reject(failure(args, waiting.sent, cause))
        },
      }
      const timer = setTimeout(() => this.drop(new Error(`no answer in ${timeout} ms`)), timeout)
      const settle = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(waiting)
      }
      const opened = this.#open()
      this.#waiting.add(waiting)
      opened.ready
        .then((client) => {
          if (!this.#waiting.has(waiting)) return undefined
          waiting.sent = true
          return client.sendCommand(args)
        })
        .then(
          (answer) => {
            settle()
            resolve(answer)
          },
          (error: unknown) => {
            waiting.fail(error)
            if (isAnswer(error) && !WRONG_SERVER.test(error.message)) return
            if (this.#opened === opened) this.drop(error)
          },
        )
    })
  }

  /** Closes at once and rejects what waits. The next command opens a new connection. */
  drop(cause: unknown = new Error('the connection was closed')): void {
    const opened = this.#opened
    this.#opened = undefined
    for (const waiting of [...this.#waiting]) waiting.fail(cause)
    if (opened) destroy(opened)
  }

  #open(): Opened {
    if (this.#opened?.isReady && !this.#opened.client?.isReady) this.drop()
    if (this.#opened) return this.#opened
    const connect = async (): Promise<RedisClient> => {
      const template = await this.#locate()
      if (this.#opened !== opened) throw new Error('the connection was closed')
      const client = template.duplicate(overrides(template))
      opened.client = client
      client.on('error', (error) => {
        if (this.#opened === opened) this.drop(error)
      })
      await client.connect()
      opened.isReady = true
      // Dropped while it was connecting: node-redis goes on with that until it succeeds.
      if (this.#opened !== opened) destroy(opened)
      return client
    }
    // Begun a turn later: until then `opened` is not there.
    const opened: Opened = { ready: Promise.resolve().then(connect), isReady: false }
    this.#opened = opened
    return opened
  }
}

/** Options of the broker's connections: the client's own, without what would change or delay answers. */
function overrides(template: RedisClient): object {
  const { socket } = (template.options ?? {}) as { readonly socket?: object }
  return {
    socket: { ...socket, reconnectStrategy: false },
    disableOfflineQueue: true,
    commandOptions: { timeout: undefined },
    RESP: 2,
    maintNotifications: 'disabled',
    clientSideCache: undefined,
    emitInvalidate: undefined,
    pingInterval: undefined,
    commandsQueueMaxLength: undefined,
  }
}

function destroy({ client }: Opened): void {
  try {
    client?.destroy()
  } catch {
    // It is closed already.
  }
}

function isAnswer(error: unknown): error is Error {
  return error instanceof Error && !('code' in error) && ERROR_ANSWER.test(error.message)
}

function failure(args: readonly string[], sent: boolean, cause: unknown): RedisError {
  const text = describe(cause)
  if (!sent) return new RedisError(`Redis cannot be reached: ${text}`, 'refused', cause)
  if (isAnswer(cause)) return new RedisError(text, 'refused', cause)
  return new RedisError(`Redis did not answer ${args[0] ?? ''}: ${text}`, 'unknown', cause)
}

/** Node's AggregateError for a name with several addresses has no message, only a code. */
function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.message || String((cause as { code?: unknown }).code ?? cause.name)
}

/**
 * The part of a client of the `redis` package (node-redis 5 and 6) that this code uses: any `createClient(…)` is
 * compatible. Its address, TLS, credentials and database are copied. The broker opens its own connections, so the client
 * need not be connected and may be closed at any time.
 */
export interface RedisClient {
  readonly options?: object | undefined
  readonly isReady: boolean
  duplicate(overrides?: object): RedisClient
  connect(): Promise<unknown>
  destroy(): void
  sendCommand(args: string[]): Promise<unknown>
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'connect', listener: () => void): unknown
}

/** Reason of a command without a reply. */
export class RedisError extends Error {
  override readonly name = 'RedisError'
  /** `refused`: Redis did nothing. `unknown`: it may have executed the command, or may still execute it. */
  readonly outcome: 'refused' | 'unknown'

  constructor(message: string, outcome: 'refused' | 'unknown', cause?: unknown) {
    super(message, { cause })
    this.outcome = outcome
  }
}

/** Start of the text of an error reply: `ERR …`, `NOSCRIPT …`. Errors of a connection have another form. */
const ERROR_REPLY = /^[A-Z][A-Z0-9]+\b/

/** Replies of a server that is not (or no longer) the right one: a new connection may find another. */
const WRONG_SERVER =
  /^(READONLY|LOADING|MASTERDOWN|NOREPLICAS|NOAUTH|MOVED|ASK|TRYAGAIN|CLUSTERDOWN)\b/

interface PendingCommand {
  isSent: boolean
  fail(cause: unknown): void
}

/** Returns a client that describes the target of a new connection; called for each one. */
export type ClientProvider = () => RedisClient | Promise<RedisClient>

interface ActiveConnection {
  /**
   * Undefined until TCP is connected. Without a socket, `destroy()` only changes the state of a client: it continues to
   * connect, and node-redis 5 can then no longer be closed.
   */
  client?: RedisClient
  ready: Promise<RedisClient>
  isReady: boolean
}

/**
 * One connection to Redis, opened when a command needs it and dropped at the first failure.
 *
 * The reconnecting, the offline queue and the command timeout of node-redis are switched off: the queue hides that Redis is
 * unavailable. An unresponsive Redis keeps its sockets open, which only a timer can detect.
 */
export class RedisConnection {
  readonly #provideClient: ClientProvider
  readonly #pending = new Set<PendingCommand>()
  #active: ActiveConnection | undefined

  constructor(provideClient: ClientProvider) {
    this.#provideClient = provideClient
  }

  /**
   * Sends a command and waits `timeout` ms for its reply, including the time to connect. Commands are sent in the order of
   * the calls.
   * @throws RedisError
   */
  command(args: string[], timeout: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const pending: PendingCommand = {
        isSent: false,
        fail: (cause) => {
          settle()
          reject(commandError(args, pending.isSent, cause))
        },
      }
      const cancelTimeout = startReplyTimeout(timeout, () =>
        this.drop(new Error(`no answer in ${timeout} ms`)),
      )
      const settle = (): void => {
        cancelTimeout()
        this.#pending.delete(pending)
      }
      const active = this.#open()
      this.#pending.add(pending)
      active.ready
        .then((client) => {
          if (!this.#pending.has(pending)) return undefined
          pending.isSent = true
          return client.sendCommand(args)
        })
        .then(
          (reply) => {
            settle()
            resolve(reply)
          },
          (error: unknown) => {
            pending.fail(error)
            if (isErrorReply(error) && !WRONG_SERVER.test(error.message)) return
            if (this.#active === active) this.drop(error)
          },
        )
    })
  }

  /** Closes at once and rejects all waiting commands. The next command opens a new connection. */
  drop(cause: unknown = new Error('the connection was closed')): void {
    const active = this.#active
    this.#active = undefined
    for (const pending of [...this.#pending]) pending.fail(cause)
    if (active?.client) destroyClient(active.client)
  }

  /** True if a command is sent at once. */
  get isOpen(): boolean {
    return this.#active?.isReady === true && this.#active.client?.isReady === true
  }

  #open(): ActiveConnection {
    if (this.#active?.isReady && !this.isOpen) this.drop()
    if (this.#active) return this.#active
    const connect = async (): Promise<RedisClient> => {
      const template = await this.#provideClient()
      if (this.#active !== active) throw new Error('the connection was closed')
      const client = template.duplicate(connectionOverrides(template))
      client.on('error', (error) => {
        if (this.#active === active) this.drop(error)
      })
      client.on('connect', () => {
        active.client = client
        if (this.#active !== active) destroyClient(client)
      })
      await client.connect().catch((error: unknown) => {
        // node-redis 6 has a registry of clients, which only this call leaves.
        destroyClient(client)
        throw error
      })
      active.isReady = true
      return client
    }
    // `connect` starts in a microtask because it reads `active`, which is assigned after this expression.
    const active: ActiveConnection = { ready: Promise.resolve().then(connect), isReady: false }
    this.#active = active
    return active
  }
}

/**
 * Calls a function after a delay, ms, and one more turn of the event loop. Timers run before I/O: a process that was busy
 * has not yet read a reply that has arrived.
 * @returns a function that cancels the call
 */
export function startReplyTimeout(delay: number, callback: () => void): () => void {
  let timer = setTimeout(() => {
    timer = setTimeout(callback, 0)
  }, delay)
  return () => clearTimeout(timer)
}

/** Options of the broker's connections: the client's own, without those that would change or delay replies. */
function connectionOverrides(template: RedisClient): object {
  const { socket } = (template.options ?? {}) as { readonly socket?: object }
  return {
    socket: { ...socket, reconnectStrategy: false, socketTimeout: undefined },
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

/** Closes a client or cluster. `destroy()` of node-redis 5 throws if there is nothing left to close. */
export function destroyClient(client: { destroy(): void }): void {
  try {
    client.destroy()
  } catch {
    // It is closed.
  }
}

function isErrorReply(error: unknown): error is Error {
  return error instanceof Error && !('code' in error) && ERROR_REPLY.test(error.message)
}

function commandError(args: readonly string[], isSent: boolean, cause: unknown): RedisError {
  const text = connectionErrorText(cause)
  if (!isSent) return new RedisError(`Redis cannot be reached: ${text}`, 'refused', cause)
  if (isErrorReply(cause)) return new RedisError(text, 'refused', cause)
  return new RedisError(`Redis did not answer ${args[0] ?? ''}: ${text}`, 'unknown', cause)
}

/** The text of an error. Node's AggregateError for a name with several addresses has a code but no message. */
export function connectionErrorText(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.message || String((cause as { code?: unknown }).code ?? cause.name)
}

/** A Lua script, which Redis stores under its hash. */
export class RedisScript {
  readonly #text: string
  #hash: string | undefined

  constructor(text: string) {
    this.#text = text
  }

  /**
   * Opens the connection and loads the script, unless this is done: `run` then sends its command at once. Waits `timeout` ms
   * at most.
   * @returns the hash of the script
   * @throws RedisError with the outcome `refused`
   */
  async load(connection: RedisConnection, timeout: number): Promise<string> {
    if (this.#hash !== undefined && connection.isOpen) return this.#hash
    try {
      return (this.#hash = String(
        await connection.command(['SCRIPT', 'LOAD', this.#text], timeout),
      ))
    } catch (error) {
      throw new RedisError((error as Error).message, 'refused', error)
    }
  }

  /** @throws RedisError */
  async run(
    connection: RedisConnection,
    keys: readonly string[],
    args: readonly string[],
    timeout: number,
  ): Promise<unknown> {
    const rest = [String(keys.length), ...keys, ...args]
    const hash = await this.load(connection, timeout)
    try {
      return await connection.command(['EVALSHA', hash, ...rest], timeout)
    } catch (error) {
      // A restart, a failover or SCRIPT FLUSH has removed it. EVAL stores it again.
      if (!(error instanceof RedisError && error.message.startsWith('NOSCRIPT'))) throw error
      return connection.command(['EVAL', this.#text, ...rest], timeout)
    }
  }
}

/** The client's own key prefix (node-redis 6), which raw commands do not add. */
export function keyPrefix(client: object): string {
  const { options, _options } = client as { options?: object; _options?: object }
  const { keyPrefix: prefix } = (options ?? _options ?? {}) as { keyPrefix?: unknown }
  return typeof prefix === 'string' ? prefix : ''
}

import { anyJson, type BodyDescriptor } from '../core/model'
import { ConnectionGuard, type Admitted } from '../server/connection-guard'
import { encodeMessage } from '../server/encode-message'
import { reportTo } from '../server/errors'
import type { Endpoint, Exchange, Next, ServerRequest } from '../server/exchange'
import { rejectTemporarily, sendProblem } from '../server/http'
import { BodyError, readBody } from '../server/request-body'
import type { PresentedCredentials } from '../server/request-credentials'
import { shutdownRetryMs } from '../server/timers'
import type { NamedMessage, ServerChannel } from '../server/types'
import type { ProducedEvent } from './active-run'
import { memoryRuns } from './memory-run-log'
import { readLimits, type RunLimits } from './run-limits'
import { answerEnd, locationOf, refuseStart, refuseUnknown } from './run-responses'
import { RunService, type RunOwner } from './run-service'
import { RunStream } from './run-stream'
import type { RunProducer, RunRequest, Runs, RunsOptions } from './types'

/** A path that ends in the id of a run. */
const RUN_PATH = /^(.*)\/([0-9a-f]{32,34})\/?$/i
const MAX_KEY_LENGTH = 255

/** Result of `create…Runs`, without the methods of hosts. */
export class ChannelRuns<
  Events,
  Content,
  Params,
  Body,
  Auth = PresentedCredentials,
  User extends object | true = true,
> implements Runs {
  readonly endpoints: readonly [start: Endpoint, run: Endpoint]
  readonly #channel: ServerChannel<Events, Content, Params, Auth>
  readonly #producer: RunProducer<Events, Content, Params, Body, User>
  readonly #options: RunsOptions<Params, User, Auth>
  readonly #guard: ConnectionGuard<Params, unknown, ServerRequest, Auth, User>
  readonly #limits: RunLimits
  readonly #service: RunService
  readonly #streams = new Set<RunStream>()
  /** The action of a request that is being admitted. */
  readonly #requests = new WeakMap<ServerRequest, RunRequest>()
  #closed: Promise<void> | undefined
  /** Set when the open runs have ended: from then on, each request is refused. */
  #isDrained = false

  constructor(
    channel: ServerChannel<Events, Content, Params, Auth>,
    producer: RunProducer<Events, Content, Params, Body, User>,
    options: RunsOptions<Params, User, Auth>,
  ) {
    this.#channel = channel
    this.#producer = producer
    this.#options = options
    const { authorize } = options
    const guardOptions = {
      ...options,
      authorize:
        typeof authorize === 'function'
          ? (request: ServerRequest, parameters: Params, credentials: Auth) => {
              const action = this.#requests.get(request) ?? { action: 'start' }
              return authorize.call(options, request, parameters, credentials, action)
            }
          : (false as const),
    }
    this.#guard = new ConnectionGuard(channel, guardOptions, (request) => request, {
      methods: [channel.method ?? 'POST', 'GET', 'HEAD', 'DELETE'],
      allowedHeaders: ['Content-Type', 'Idempotency-Key'],
      exposedHeaders: ['Location', 'EventSource-End'],
    })
    this.#limits = readLimits(options.name ?? channel.name, options)
    this.#service = this.#createService()
    this.endpoints = this.#createEndpoints()
  }

  get size(): number {
    return this.#service.size
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close())
  }

  #createService(): RunService {
    const { broker = memoryRuns(), name = this.#channel.name } = this.#options
    const [sentinel] = this.#channel.sentinels ?? []
    return new RunService({
      ...this.#limits,
      name,
      broker,
      sealTimeout: 60_000,
      sentinel: sentinel === undefined ? undefined : { event: '', data: sentinel },
      onError: this.#reportError,
    })
  }

  #createEndpoints(): readonly [start: Endpoint, run: Endpoint] {
    const { address, method = 'POST' } = this.#channel
    const { cors, route } = this.#guard
    const common = {
      prefix: this.#options.prefix ?? '',
      preflight: cors && ((exchange: Exchange) => cors.preflight(exchange)),
      close: () => this.close(),
      reportError: this.#reportError,
    }
    return [
      {
        ...common,
        address,
        matches: (path, url, requested) => route.matches(path, url, requested),
        methods: [method],
        handle: (exchange, next) => this.#start(exchange, next),
      },
      {
        ...common,
        address: `${address.replace(/\/$/, '')}/{run}`,
        matches: (path, url) => {
          const [, start] = RUN_PATH.exec(path) ?? []
          return start !== undefined && route.matches(start || '/', url, method)
        },
        methods: ['GET', 'HEAD', 'DELETE'],
        handle: (exchange, next) => this.#handleRun(exchange, next),
      },
    ]
  }

  async #start(exchange: Exchange, next: Next): Promise<void> {
    this.#requests.set(exchange.request, { action: 'start' })
    let admitted: Admitted<Params, User> | null = null
    let isStreaming = false
    try {
      if (this.#isDrained) {
        this.#guard.refuse(exchange)
        return
      }
      admitted = await this.#guard.admit(exchange)
      if (admitted === null) return
      const { address, parameters, identity, release } = admitted
      const owner = this.#ownerOf(identity)
      const key = exchange.request.header('idempotency-key')
      if (key !== undefined && (key === '' || key.length > MAX_KEY_LENGTH)) {
        const detail = `Idempotency-Key must have 1 to ${MAX_KEY_LENGTH} characters`
        sendProblem(exchange, { status: 400, detail })
        return
      }
      const body = await this.#readBody(exchange)
      const { request } = exchange
      const { maxRunsPerKey } = this.#options
      const started = await this.#service.start({
        owner,
        address,
        limitKey: maxRunsPerKey === undefined ? '' : this.#guard.keyOf(request, 'maxRunsPerKey'),
        idempotencyKey: key,
        body,
        produce: (run, signal) =>
          this.#encode(this.#producer({ parameters, body, request, run, signal, identity })),
      })
      if (typeof started === 'number') {
        refuseStart(exchange, started)
        return
      }
      exchange.response.setHeader(
        'Location',
        locationOf(request.url, started.run, this.#channel.queryConstants),
      )
      isStreaming = this.#stream(exchange, started.run, 0, 201, release)
    } catch (error) {
      this.#fail(exchange, next, error)
    } finally {
      if (!isStreaming) admitted?.release()
    }
  }

  async #handleRun(exchange: Exchange, next: Next): Promise<void> {
    const { request } = exchange
    const [, start = '', run = ''] = RUN_PATH.exec(exchange.path) ?? []
    const isStop = request.method === 'DELETE'
    this.#requests.set(request, { action: isStop ? 'stop' : 'resume', run })
    let admitted: Admitted<Params, User> | null = null
    let isStreaming = false
    try {
      if (this.#isDrained) {
        this.#guard.refuse(exchange)
        return
      }
      admitted = await this.#guard.admit(exchange, {
        path: start || '/',
        // The response to HEAD is that to GET: it depends on the run.
        isStream: request.method === 'GET',
      })
      if (admitted === null) return
      const owner = { address: admitted.address, owner: this.#ownerOf(admitted.identity) }
      if (isStop) await this.#stop(exchange, run, owner)
      else isStreaming = await this.#resume(exchange, run, owner, admitted)
    } catch (error) {
      this.#fail(exchange, next, error)
    } finally {
      if (!isStreaming) admitted?.release()
    }
  }

  async #stop(exchange: Exchange, run: string, owner: RunOwner): Promise<void> {
    const end = await this.#service.stop(run, owner)
    if (end === undefined) refuseUnknown(exchange)
    else answerEnd(exchange, end)
  }

  /** Returns whether the response is now a stream. */
  async #resume(
    exchange: Exchange,
    run: string,
    owner: RunOwner,
    { lastEventId, release }: Admitted<Params, User>,
  ): Promise<boolean> {
    const after = lastEventId === '' ? 0 : Number(lastEventId)
    const found = await this.#service.find(run, owner)
    if (found === undefined) {
      refuseUnknown(exchange)
      return false
    }
    if (!/^\d{0,15}$/.test(lastEventId)) {
      sendProblem(exchange, { status: 400, detail: 'Last-Event-ID is not an id of this run' })
      return false
    }
    const page = await this.#service.state(run, after)
    if (page === undefined) {
      refuseUnknown(exchange)
      return false
    }
    if (page.end !== undefined && after >= page.count) {
      answerEnd(exchange, page.end)
      return false
    }
    if (exchange.request.method === 'HEAD') {
      this.#guard.negotiate(exchange)
      return false
    }
    return this.#stream(exchange, run, after, 200, release)
  }

  /** Returns whether the response is now a stream. */
  #stream(
    exchange: Exchange,
    run: string,
    after: number,
    status: 200 | 201,
    release: () => void,
  ): boolean {
    if (this.#isDrained) {
      rejectTemporarily(exchange, 503)
      return false
    }
    // It disconnected while the log was asked: no event would report the end of its stream.
    if (exchange.isDisconnected) return false
    const stream = new RunStream(
      after,
      (owner) => exchange.connect({ ...this.#guard.streamOptions, status }, owner),
      (position, signal) => this.#service.pages(run, position, signal),
      this.#reportError,
    )
    this.#streams.add(stream)
    void stream.closed.then(() => {
      this.#streams.delete(stream)
      release()
    })
    return true
  }

  async *#encode(
    messages: AsyncIterable<Content | NamedMessage<Events>>,
  ): AsyncGenerator<ProducedEvent> {
    const channel = this.#channel
    const { validate = channel.validate } = this.#options
    for await (const each of messages) {
      const named = this.#namedMessage(each)
      const message = named === undefined ? (each as Content) : named.message
      const encoded = encodeMessage(channel, message, named?.event, validate)
      yield { event: encoded.event, data: encoded.data, isTerminal: encoded.isTerminal }
    }
  }

  #namedMessage(value: unknown): NamedMessage<Events> | undefined {
    if (typeof value !== 'object' || value === null) return undefined
    const keys = Object.keys(value)
    const isNamed = keys.length === 2 && 'event' in value && 'message' in value
    return isNamed && this.#channel.events.some(({ type }) => type === value.event)
      ? (value as NamedMessage<Events>)
      : undefined
  }

  async #readBody(exchange: Exchange): Promise<Body> {
    // The channel describes its body as a value and, with the same content, as the type `Body`.
    const body = (this.#channel.body ?? ANY_BODY) as BodyDescriptor<Body>
    // An absent optional body is undefined, as in its type.
    return (await readBody(exchange, body, this.#limits.maxBodyBytes)) as Body
  }

  #ownerOf(identity: unknown): string {
    if (identity === undefined) return ''
    const { ownerKey } = this.#options
    if (ownerKey !== undefined) {
      return ownerKey.call(this.#options, identity as Exclude<User, true>)
    }
    throw new TypeError(
      `${this.#channel.name}: authorize returned an object; add the option ownerKey, which returns the key of the user whose run it is`,
    )
  }

  /** Responds to a request that failed. An error of the log is temporary. */
  #fail(exchange: Exchange, next: Next, error: unknown): void {
    if (error instanceof BodyError) {
      const { status, message: detail, pointer } = error
      sendProblem(exchange, { status, detail, pointer })
    } else if (error instanceof Error && error.name === 'RedisError') {
      this.#reportError(error)
      rejectTemporarily(exchange, 503)
    } else {
      next(error ?? new Error(`${this.#channel.name}: authorize rejected without an error`))
    }
  }

  async #close(): Promise<void> {
    const { retry, closeTimeout } = this.#guard.streamOptions
    await this.#service.drain(this.#limits.drainTimeout)
    this.#isDrained = true
    const streams = [...this.#streams]
    for (const stream of streams) stream.end(shutdownRetryMs(retry, streams.length))
    const closed = Promise.all(streams.map((stream) => stream.closed))
    const timer = setTimeout(() => {
      for (const stream of streams) stream.destroy()
    }, closeTimeout)
    await closed
    clearTimeout(timer)
    await this.#service.close()
  }

  readonly #reportError = (error: unknown): void => {
    reportTo(this.#options, error)
  }
}

const ANY_BODY: BodyDescriptor<unknown> = {
  model: anyJson,
  contentType: 'application/json',
  isRequired: false,
}

/** One step of a scripted server. */
export type Step =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'status'; readonly status: number; readonly headers: Record<string, string> }
  | { readonly kind: 'refuse' }

export interface EventFields {
  /** The `event` field; required in channels with several messages. */
  readonly event?: string
  readonly id?: string
  readonly retry?: number
}

/** A request that a client sent. */
export interface ScriptedRequest {
  readonly url: string
  readonly headers: Headers
}

/** A server without a network: pass its `fetch` as the option `fetch` of any generated client. */
export interface ScriptedServer {
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /** The requests so far, in order. */
  readonly requests: readonly ScriptedRequest[]
  /** Appends steps to the script. */
  enqueue(...steps: Step[]): void
  /** Resolves once the whole script is sent and the client reads on. */
  drained(): Promise<void>
}

/**
 * A message of the channel; its content is typed by the model.
 * @example message(UserJoined, { user: 'ada' }, { event: 'joined', id: '1' })
 */
export function message<Input>(
  model: { marshal(message: Input): string },
  content: NoInfer<Input>,
  fields: EventFields = {},
): Step {
  return data(model.marshal(content), fields)
}

/** An event with any data, also data that does not match a schema. */
export function data(text: string, { event, id, retry }: EventFields = {}): Step {
  const lines = [
    ...(event === undefined ? [] : [`event: ${event}`]),
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(retry === undefined ? [] : [`retry: ${retry}`]),
    ...text.split(/\r\n|\r|\n/).map((line) => `data: ${line}`),
  ]
  return { kind: 'text', text: `${lines.join('\n')}\n\n` }
}

/** Sends nothing for a time, ms. */
export function delay(ms: number): Step {
  return { kind: 'delay', ms }
}

/** Ends the stream; the next request opens a new one. */
export function end(): Step {
  return { kind: 'end' }
}

/** Breaks the connection; the next request opens a new one. */
export function drop(): Step {
  return { kind: 'drop' }
}

/** Reports to the client that events were lost. */
export function gap(): Step {
  return { kind: 'text', text: ': gap\n\n' }
}

/** Responds to the next request with a status; an open stream ends first. */
export function status(code: number, headers: Record<string, string> = {}): Step {
  return { kind: 'status', status: code, headers }
}

/** Fails the next request as if the server did not exist; an open stream breaks first. */
export function refuseConnection(): Step {
  return { kind: 'refuse' }
}

/**
 * A server that plays a script, one listener at a time. A request opens a stream, which remains open at the end of the
 * script.
 */
export function scriptedServer(...script: Step[]): ScriptedServer {
  const queue = new StepQueue(script)
  const requests: ScriptedRequest[] = []

  function respond(signal: AbortSignal | null): Response {
    const step = queue.first
    if (step?.kind === 'refuse' || step?.kind === 'status') queue.completeFirst()
    if (step?.kind === 'refuse') throw new TypeError('connection refused')
    if (step?.kind === 'status') {
      return new Response(null, { status: step.status, headers: step.headers })
    }
    // Nothing is read ahead: the client has received every step that was played.
    const body = new ReadableStream<Uint8Array>(
      { pull: (controller) => play(queue, controller, signal) },
      { highWaterMark: 0 },
    )
    return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } })
  }

  return {
    requests,
    fetch: async (input, init) => {
      const signal = init?.signal ?? null
      signal?.throwIfAborted()
      const url = typeof input === 'string' || input instanceof URL ? String(input) : input.url
      requests.push({ url, headers: new Headers(init?.headers) })
      return respond(signal)
    },
    enqueue: (...more) => queue.add(more),
    drained: () => queue.drained(),
  }
}

/** Plays the steps until the first one that sends a text or ends the stream. */
async function play(
  queue: StepQueue,
  controller: ReadableStreamDefaultController<Uint8Array>,
  signal: AbortSignal | null,
): Promise<void> {
  for (let step = await queue.next(signal); step !== undefined; step = await queue.next(signal)) {
    // A status or a refused connection applies to the next request.
    if (step.kind === 'status') return controller.close()
    if (step.kind === 'refuse') return controller.error(new TypeError('connection lost'))
    queue.removeFirst()
    if (step.kind === 'text') return controller.enqueue(new TextEncoder().encode(step.text))
    if (step.kind === 'end') return controller.close()
    if (step.kind === 'drop') return controller.error(new TypeError('connection lost'))
    await pause(step.ms, signal)
  }
  controller.error(signal?.reason)
}

/** The steps that are not played yet. */
class StepQueue {
  readonly #steps: Step[]
  #wake: () => void = () => undefined
  #drainWaiters: (() => void)[] = []
  /** Whether the script is over, or a stream waits for the next step. */
  #isIdle = false

  constructor(steps: readonly Step[]) {
    this.#steps = [...steps]
  }

  get first(): Step | undefined {
    return this.#steps[0]
  }

  add(steps: readonly Step[]): void {
    this.#steps.push(...steps)
    this.#isIdle = false
    this.#wake()
  }

  /** Removes the first step, which the stream then plays. */
  removeFirst(): void {
    this.#steps.shift()
  }

  /** Removes the first step, which is played without a stream. */
  completeFirst(): void {
    this.#steps.shift()
    if (this.#steps.length === 0) this.#markDrained()
  }

  /** The next step, as soon as it exists; undefined once the signal aborts. */
  async next(signal: AbortSignal | null): Promise<Step | undefined> {
    while (this.#steps.length === 0 && signal?.aborted !== true) {
      this.#markDrained()
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        signal?.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    this.#isIdle = false
    return signal?.aborted === true ? undefined : this.#steps[0]
  }

  /** Resolves once all steps are played. */
  drained(): Promise<void> {
    if (this.#isIdle && this.#steps.length === 0) return Promise.resolve()
    return new Promise((resolve) => this.#drainWaiters.push(resolve))
  }

  #markDrained(): void {
    this.#isIdle = true
    for (const resolve of this.#drainWaiters.splice(0)) resolve()
  }
}

function pause(ms: number, signal: AbortSignal | null): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}

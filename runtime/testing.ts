/** One thing that a scripted server does. */
export type Step =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'silence'; readonly ms: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'status'; readonly status: number; readonly headers: Record<string, string> }
  | { readonly kind: 'refuse' }

export interface EventFields {
  /** The wire's `event:`; channels with several messages need it. */
  readonly event?: string
  readonly id?: string
  readonly retry?: number
}

/** What a client asked for. */
export interface ScriptedRequest {
  readonly url: string
  readonly headers: Headers
}

/** A server without a network: its `fetch` is the option `fetch` of any generated client. */
export interface ScriptedServer {
  readonly fetch: typeof globalThis.fetch
  /** The requests so far, in order. */
  readonly requests: readonly ScriptedRequest[]
  /** Adds to the script. */
  play(...steps: Step[]): void
  /** Resolves once the whole script has been sent, and the client asks for more. */
  played(): Promise<void>
}

/**
 * A message of the channel; its content is typed by the model.
 * @example message(UserJoined, { user: 'ada' }, { event: 'joined', id: '1' })
 */
export function message<I>(
  model: { marshal(message: I): string },
  content: NoInfer<I>,
  fields: EventFields = {},
): Step {
  return data(model.marshal(content), fields)
}

/** An event with any data: what a server may send that keeps to no schema. */
export function data(text: string, { event, id, retry }: EventFields = {}): Step {
  const lines = [
    ...(event === undefined ? [] : [`event: ${event}`]),
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(retry === undefined ? [] : [`retry: ${retry}`]),
    ...text.split(/\r\n|\r|\n/).map((line) => `data: ${line}`),
  ]
  return { kind: 'text', text: `${lines.join('\n')}\n\n` }
}

/** Says nothing for a while, ms. */
export function silence(ms: number): Step {
  return { kind: 'silence', ms }
}

/** Ends the stream; the next request opens a new one. */
export function end(): Step {
  return { kind: 'end' }
}

/** Breaks the connection; the next request opens a new one. */
export function drop(): Step {
  return { kind: 'drop' }
}

/** Tells the client that events were lost. */
export function gap(): Step {
  return { kind: 'text', text: ': gap\n\n' }
}

/** Answers the next request with a status; an open stream ends first. */
export function status(code: number, headers: Record<string, string> = {}): Step {
  return { kind: 'status', status: code, headers }
}

/** Lets the next request fail, as if there were no server; an open stream breaks first. */
export function refuse(): Step {
  return { kind: 'refuse' }
}

/**
 * A server that plays a script, one listener at a time. It opens a stream at a request, and leaves it open where the
 * script ends.
 */
export function scriptedServer(...script: Step[]): ScriptedServer {
  const steps = [...script]
  const requests: ScriptedRequest[] = []
  let wake: () => void = () => undefined
  let finished: (() => void)[] = []
  let idle = false

  function done(): void {
    idle = true
    for (const resolve of finished.splice(0)) resolve()
  }

  /** The next step, once there is one. */
  async function next(signal: AbortSignal | null): Promise<Step | undefined> {
    while (steps.length === 0 && signal?.aborted !== true) {
      done()
      await new Promise<void>((resolve) => {
        wake = resolve
        signal?.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    idle = false
    return signal?.aborted === true ? undefined : steps[0]
  }

  async function pull(
    controller: ReadableStreamDefaultController<Uint8Array>,
    signal: AbortSignal | null,
  ): Promise<void> {
    for (let step = await next(signal); step !== undefined; step = await next(signal)) {
      // A status or a refusal is for the next request.
      if (step.kind === 'status') return controller.close()
      if (step.kind === 'refuse') return controller.error(new TypeError('connection lost'))
      steps.shift()
      if (step.kind === 'text') return controller.enqueue(new TextEncoder().encode(step.text))
      if (step.kind === 'end') return controller.close()
      if (step.kind === 'drop') return controller.error(new TypeError('connection lost'))
      await pause(step.ms, signal)
    }
    controller.error(signal?.reason)
  }

  function respond(signal: AbortSignal | null): Response {
    const [step] = steps
    if (step?.kind === 'refuse' || step?.kind === 'status') {
      steps.shift()
      if (steps.length === 0) done()
    }
    if (step?.kind === 'refuse') {
      throw new TypeError('connection refused')
    }
    if (step?.kind === 'status') {
      return new Response(null, { status: step.status, headers: step.headers })
    }
    // Nothing is read ahead: what the script has done, the client has seen.
    const body = new ReadableStream<Uint8Array>(
      { pull: (controller) => pull(controller, signal) },
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
    play: (...more) => {
      steps.push(...more)
      idle = false
      wake()
    },
    played: () =>
      idle && steps.length === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            finished = [...finished, resolve]
          }),
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

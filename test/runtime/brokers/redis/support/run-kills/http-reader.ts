import { setTimeout } from 'node:timers/promises'
import type { RunEnd } from '../../../../../../runtime/runs/run-log'
import type { Reader, Received } from './model'
import { IDLE } from './times'

type Start = { readonly key: string; readonly count: number } | { readonly location: string }

/** A client of one run without the generated client: plain requests, and undecoded events. */
export class HttpReader implements Reader {
  readonly events: Received[] = []
  location: string | undefined
  end: RunEnd | undefined
  fault: string | undefined
  readonly finished: Promise<void>
  readonly #base: string
  readonly #start: Start
  #controller = new AbortController()

  constructor(base: string, start: Start) {
    this.#base = base
    this.#start = start
    if ('location' in start) this.location = start.location
    this.finished = this.#run()
  }

  cut(): void {
    this.#controller.abort()
  }

  reload(): void {
    this.cut()
  }

  async #run(): Promise<void> {
    while (this.end === undefined && this.fault === undefined) {
      this.#controller = new AbortController()
      try {
        await this.#visit(this.#controller)
      } catch {
        // No server listens, or the connection was broken off.
      }
      await setTimeout(50)
    }
  }

  async #visit(controller: AbortController): Promise<void> {
    const response = await this.#watched(controller, this.#request(controller.signal))
    const { status, headers, url } = response
    const location = headers.get('location')
    if (location !== null) this.location ??= new URL(location, url).href
    this.end = (headers.get('eventsource-end') as RunEnd | null) ?? undefined
    if (status === 404) this.fault = `there is no run ${this.location ?? ''}`
    if (status !== 200 && status !== 201) {
      await response.body?.cancel()
      return
    }
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    for (;;) {
      const part = await this.#watched(controller, reader?.read())
      if (part?.done !== false) return
      text += part.value
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) this.#receive(block)
    }
  }

  #request(signal: AbortSignal): Promise<Response> {
    if (this.location === undefined && 'key' in this.#start) {
      const { key, count } = this.#start
      return fetch(`${this.#base}/chat/m`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
        body: JSON.stringify({ count }),
        signal,
      })
    }
    const id = this.events.at(-1)?.id
    return fetch(String(this.location), { ...(id && { headers: { 'Last-Event-ID': id } }), signal })
  }

  /** A server that is paused keeps its connections open. */
  async #watched<T>(controller: AbortController, promise: T | Promise<T>): Promise<T> {
    const timer = globalThis.setTimeout(() => controller.abort(), IDLE)
    try {
      return await promise
    } finally {
      clearTimeout(timer)
    }
  }

  #receive(block: string): void {
    const data = /^data: (.*)$/m.exec(block)?.[1]
    if (data !== undefined) this.events.push({ id: /^id: (.*)$/m.exec(block)?.[1] ?? '', data })
  }
}

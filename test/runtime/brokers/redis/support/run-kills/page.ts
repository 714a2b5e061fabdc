import {
  stream,
  type EventSourceError,
  type EventStream,
} from '../../../../../../runtime/fetch-client'
import type { RunEnd } from '../../../../../../runtime/runs/run-log'
import { chatClient } from '../../../../runs/support/channel'
import { IDLE_TIMEOUT } from '../kills/balancer'
import type { Reader, Received } from './model'

type Start =
  { readonly key: string; readonly count: number } | { readonly location: string | undefined }

/** A client of one run on the generated client, as a page uses it. */
export class Page implements Reader {
  readonly events: Received[] = []
  location: string | undefined
  end: RunEnd | undefined
  fault: string | undefined
  readonly finished: Promise<void>
  readonly #base: string
  readonly #start: Start
  #stream: Pick<EventStream<unknown>, 'return'> | undefined
  #connection = new AbortController()

  constructor(base: string, start: Start) {
    this.#base = base
    this.#start = start
    if ('location' in start) this.location = start.location
    this.finished = this.#run()
  }

  cut(): void {
    this.#connection.abort(new TypeError('network connection lost'))
  }

  reload(): void {
    void this.#stream?.return()
  }

  async #run(): Promise<void> {
    while (this.end === undefined && this.fault === undefined) {
      try {
        await this.#live()
      } catch (error) {
        const { code, message } = error as EventSourceError
        if (code === 'incomplete' && message === 'The run failed at the server') this.end = 'failed'
        else this.fault = String(error)
      }
    }
  }

  /** One life of the page. */
  async #live(): Promise<void> {
    const options = {
      baseUrl: this.#base,
      idleTimeout: IDLE_TIMEOUT,
      reconnect: { initialDelay: 20, maxDelay: 300 },
      onError: () => undefined,
      // A signal per attempt: the client's own, and that of the network.
      fetch: (url: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
        this.#connection = new AbortController()
        const signals = [this.#connection.signal, ...(init?.signal ? [init.signal] : [])]
        return fetch(url, { ...init, signal: AbortSignal.any(signals) })
      },
      ...this.#target(),
    }
    const events = stream(chatClient, { model: 'm' }, options)
    let isReloaded = false
    this.#stream = {
      return: () => {
        isReloaded = true
        return events.return()
      },
    }
    try {
      for await (const { type, id, payload } of events) {
        this.events.push({ id, data: JSON.stringify(payload) })
        if (type === 'finish') this.end = 'done'
      }
      if (!isReloaded) this.end ??= 'stopped'
    } finally {
      this.location ??= events.location
    }
  }

  #target(): object {
    const start = this.#start
    const lastEventId = this.events.at(-1)?.id
    if (this.location !== undefined) {
      return {
        resume: { location: this.location, ...(lastEventId !== undefined && { lastEventId }) },
      }
    }
    if ('location' in start) return {}
    return { body: { count: start.count }, idempotencyKey: start.key }
  }
}

import type { Details, Listener } from '../../../../runtime/fetch-client'
import { listening } from './listening'

export interface Call<E> {
  readonly message: E[keyof E] | null
  readonly parameters: unknown
  readonly error: string | undefined
  readonly details: Details<E>
}

/** A listener that records its calls. */
export interface Recorder<E> {
  readonly listener: Listener<E, unknown>
  readonly calls: Call<E>[]
  /** Payloads of the calls that have one, in order. */
  readonly messages: (E[keyof E] | null)[]
  /** Resolves once there were `n` calls. */
  count(n: number): Promise<Call<E>[]>
}

export function record<E>(work: (call: Call<E>) => unknown = () => undefined): Recorder<E> {
  const calls: Call<E>[] = []
  const waiting = listening()
  return {
    calls,
    get messages() {
      return calls.filter(({ error }) => error === undefined).map(({ message }) => message)
    },
    listener: (message, parameters, error, details) => {
      const call = { message, parameters, error, details }
      calls.push(call)
      waiting.changed()
      return work(call) as void | Promise<void>
    },
    count: (n) => waiting.until(() => (calls.length >= n ? calls : undefined)),
  }
}

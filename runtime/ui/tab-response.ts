import { cancel } from '../client/response'
import type { Outcome } from './tab-leader'

/** The response that a tab passes to its client. Its body is the stream. */
export interface TabResponse {
  /** Resolves when the stream opens or ends with a response; rejects when it ends with an error. */
  readonly response: Promise<Response>
  /** @param heartbeat value of the header `EventSource-Heartbeat`; empty if the server sends none */
  open(heartbeat: string): void
  write(text: string): void
  /** Returns the number of bytes that wait for the client. */
  size(): number
  /** Resolves once no bytes wait for the client. */
  drained(): Promise<void> | undefined
  /** Ends the response, or the stream if it is open: without error only after a stream that ended. */
  end(outcome: Outcome): void
}

/** @param onCancel called when the client ends the stream */
export function createTabResponse(onCancel: () => void): TabResponse {
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array>
  let onDrained: (() => void) | undefined
  let resolve: (response: Response) => void
  let reject: (error: unknown) => void
  let isSettled = false

  const response = new Promise<Response>((...functions) => {
    ;[resolve, reject] = functions
  })
  const body = new ReadableStream<Uint8Array>(
    {
      start: (started) => void (controller = started),
      pull: () => onDrained?.(),
      cancel: onCancel,
    },
    // The stream is drained when a read waits.
    { highWaterMark: 0, size: ({ length }) => length },
  )

  return {
    response,
    open(heartbeat) {
      if (isSettled) return
      isSettled = true
      const headers = {
        'Content-Type': 'text/event-stream',
        'EventSource-Heartbeat': heartbeat,
      }
      resolve(new Response(body, { headers }))
    },
    write(text) {
      if (text) controller.enqueue(encoder.encode(text))
    },
    size: () => -(controller.desiredSize ?? 0),
    drained() {
      if (controller.desiredSize === 0) return undefined
      return new Promise((done) => {
        onDrained = done
      })
    },
    end({ response: final, error }) {
      if (isSettled) {
        cancel(final?.body)
        if (error ?? final) controller.error(error ?? lost())
        else controller.close()
      } else if (final) resolve(final)
      else reject(error ?? lost())
      isSettled = true
    },
  }
}

/** The error of a tab that cannot continue its stream. */
export function lost(): Error {
  return new TypeError('The shared connection is lost')
}

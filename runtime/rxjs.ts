import { Observable } from 'rxjs'
import type { StoreEvent, StreamSource } from './store'
import type { CommonOptions } from './client/types'

/**
 * The events of a channel. Each subscriber has its own connection, which closes when it unsubscribes. The error that closes
 * the stream is the error of the Observable; other errors are passed to the option `onError` (default: `console.error`).
 */
export function observe<Events, Input, Options extends CommonOptions>(
  source: StreamSource<Events, Input, Options>,
  parameters: Input,
  options: Options,
): Observable<StoreEvent<Events>> {
  return new Observable((subscriber) => {
    const subscription = source(
      (_message, _parameters, _error, details) => {
        const { cause } = details
        if (cause === undefined) subscriber.next(details as StoreEvent<Events>)
        // The client passes it to `onError`.
        else if (cause.retrying) throw cause
      },
      parameters,
      {
        ...options,
        onClose(error) {
          try {
            // The client awaits a promise.
            return options.onClose?.(error)
          } finally {
            if (error === undefined) subscriber.complete()
            else subscriber.error(error)
          }
        },
      },
    )
    return () => subscription.close()
  })
}

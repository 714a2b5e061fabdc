import { batch } from '../client/batch'
import type { Reduction, StoreEvent } from '../client/store'

/** The argument that TanStack Query passes to a query function; version 5.69 and later include the client. */
export interface QueryContext {
  readonly client: { setQueryData(queryKey: readonly unknown[], data: unknown): unknown }
  readonly queryKey: readonly unknown[]
  readonly signal: AbortSignal
}

/** Options for `useQuery` and similar functions. */
export interface StreamQuery<Data> {
  queryKey: readonly unknown[]
  queryFn(this: void, context: QueryContext): Promise<Data>
  retry: false
  staleTime: number
  refetchOnMount: true
  refetchOnReconnect: false
  refetchOnWindowFocus: false
}

/** The options that distinguish the streams of one channel. */
interface StreamAddress {
  readonly baseUrl?: string | URL
  readonly url?: string | URL
  readonly query?: unknown
  readonly variables?: unknown
}

/**
 * A query whose data follows a stream. It is `success` from the first event, and remains `fetching` until the stream ends.
 * The client reconnects itself, so TanStack Query neither retries nor fetches again.
 *
 * @param name name, parameters and options of the stream. The query key contains a hash of the options that
 * determine the URL, because query keys are shown and persisted, and a URL may contain credentials.
 */
export function createStreamQuery<Events, Data>(
  [name, parameters, { baseUrl, url, query, variables }]: readonly [string, unknown, StreamAddress],
  open: (signal: AbortSignal) => AsyncIterable<StoreEvent<Events>>,
  { initial, reduce }: Reduction<Events, Data>,
): StreamQuery<Data> {
  return {
    queryKey: [
      name,
      parameters,
      hash(
        JSON.stringify([baseUrl, url, query, variables], (_name, value: unknown) =>
          typeof value === 'bigint' ? `${value}n` : value,
        ),
      ),
    ],
    async queryFn({ client, queryKey, signal }) {
      // TanStack Query rejects undefined. Without `reduce`, the data is a payload or null.
      let data = (reduce ? initial : null) as Data
      let isChanged = false
      const publish = (): void => {
        if (!isChanged || signal.aborted) return
        isChanged = false
        client.setQueryData(queryKey, data)
      }
      try {
        for await (const event of open(signal)) {
          data = reduce ? reduce(data, event) : (event.payload as Data)
          isChanged = true
          batch(publish)
        }
      } finally {
        // Data that is set after an error would replace it.
        publish()
      }
      return data
    },
    retry: false,
    // The last observer ends the stream, so the data of a query that has no stream may be old. A new observer of a query that
    // has a stream fetches nothing.
    staleTime: 0,
    refetchOnMount: true,
    refetchOnReconnect: false,
    refetchOnWindowFocus: false,
  }
}

/** A hash of 64 bits, as hexadecimal text: FNV-1a with two bases and multipliers. */
function hash(text: string): string {
  return [
    [0x811c9dc5, 0x01000193],
    [0x9747b28c, 0x5bd1e995],
  ]
    .map(([basis = 0, multiplier = 1]) => {
      let state = basis
      for (let index = 0; index < text.length; index++) {
        state = Math.imul(state ^ text.charCodeAt(index), multiplier)
      }
      return (state >>> 0).toString(16).padStart(8, '0')
    })
    .join('')
}

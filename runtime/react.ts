import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { storeKey, type Reduction, type RequestStore, type Snapshot, type Store } from './store'

export type { Reduction } from './store'
export { createStreamQuery, type StreamQuery } from './ui/query'

/** Result of the hook of a request stream: the state, and the functions of its store. */
export type RequestSnapshot<Events, Data, Body> = Snapshot<Events, Data> &
  Pick<RequestStore<Events, Data, Body>, 'send' | 'stop'>

/** Reads a store of a request stream in a component. Only its function `send` starts a stream. */
export function useRequestStore<Events, Data, Body, Options extends Reduction<Events, Data>>(
  create: (options: Options) => RequestStore<Events, Data, Body>,
  parameters: unknown,
  options: Options,
): RequestSnapshot<Events, Data, Body> {
  const store = useMemo(() => create(options), [storeKey(parameters, options)])
  useEffect(() => store.setOptions(options))
  const snapshot = useSyncExternalStore(store.subscribe, store.getSnapshot, store.getServerSnapshot)
  const { send, stop } = store
  return { ...snapshot, send, stop }
}

/**
 * Reads a store in a component. Parameters and options may be written inline: only a change of their content creates a new
 * store. A change of a function among the options does not.
 */
export function useStore<Events, Data, Options extends Reduction<Events, Data>>(
  create: (options: Options) => Store<Events, Data>,
  parameters: unknown,
  options: Options,
): Snapshot<Events, Data> {
  // A store is inactive before its first listener, so React may create one and discard it.
  const store = useMemo(() => create(options), [storeKey(parameters, options)])
  // Effects run in order: this one runs before `useSyncExternalStore` subscribes.
  useEffect(() => store.setOptions(options))
  return useSyncExternalStore(store.subscribe, store.getSnapshot, store.getServerSnapshot)
}

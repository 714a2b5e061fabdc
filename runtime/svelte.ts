import type { Readable } from 'svelte/store'
import type { Snapshot, Store } from './store'

/** A store with the contract of Svelte: `$store` is the snapshot. */
export function toReadable<Events, Data>(
  store: Store<Events, Data>,
): Readable<Snapshot<Events, Data>> {
  return {
    subscribe(run) {
      const stop = store.subscribe(() => run(store.getSnapshot()))
      run(store.getSnapshot())
      return stop
    },
  }
}

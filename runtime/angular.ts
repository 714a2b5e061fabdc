import { computed, effect, signal, untracked, type Signal } from '@angular/core'
import { storeKey, type Reduction, type Snapshot, type Store } from './store'

/** A value, or a signal or other function that reads signals. */
export type ValueOrSignal<T extends object | null> = T | (() => T)

/**
 * Reads a store until the injection context of the call is destroyed. The content of the parameters identifies the store: a
 * change creates a new one.
 */
export function injectStore<
  Events,
  Data,
  Input extends object | null,
  Options extends Reduction<Events, Data>,
>(
  create: (parameters: Input, options: Options) => Store<Events, Data>,
  parameters: ValueOrSignal<Input>,
  options: Options,
): Signal<Snapshot<Events, Data>> {
  const read = (): Input => (typeof parameters === 'function' ? parameters() : parameters)
  const key = computed(() => storeKey(read(), options))
  const current = signal<Snapshot<Events, Data> | undefined>(undefined)
  effect((onCleanup) => {
    key()
    untracked(() => {
      const store = create(read(), options)
      onCleanup(store.subscribe(() => current.set(store.getSnapshot())))
      current.set(store.getSnapshot())
    })
  })
  // Not read here: in a constructor, the inputs of a component have no values.
  return computed(() => current() ?? untracked(() => create(read(), options)).getSnapshot())
}

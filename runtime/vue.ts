import {
  onScopeDispose,
  shallowRef,
  toValue,
  watch,
  type MaybeRefOrGetter,
  type ShallowRef,
} from 'vue'
import { storeKey, type Reduction, type Snapshot, type Store } from './store'

/**
 * Reads a store in a component or another effect scope, until the scope is disposed of. A change of the content of
 * parameters or options creates a new store.
 */
export function useStore<Events, Data, Input, Options extends Reduction<Events, Data>>(
  create: (parameters: Input, options: Options) => Store<Events, Data>,
  parameters: MaybeRefOrGetter<Input>,
  options: MaybeRefOrGetter<Options>,
): Readonly<ShallowRef<Snapshot<Events, Data>>> {
  let store = create(toValue(parameters), toValue(options))
  let stop = (): void => undefined
  const snapshot = shallowRef(store.getSnapshot())

  function start(): void {
    stop()
    const current = (store = create(toValue(parameters), toValue(options)))
    stop = current.subscribe(() => {
      snapshot.value = current.getSnapshot()
    })
    snapshot.value = current.getSnapshot()
  }

  watch(() => storeKey(toValue(parameters), toValue(options)), start, { immediate: true })
  watch(
    () => toValue(options),
    (latest) => store.setOptions(latest),
  )
  onScopeDispose(() => stop())
  return snapshot
}

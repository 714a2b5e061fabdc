export {
  createStore,
  type PauseOptions,
  type Reduction,
  type Snapshot,
  type Store,
  type StoreEvent,
  type StoreOptions,
} from './client/store'
export type { StreamSource } from './client/shared-connection'
export type { ConnectionState } from './client/types'
export { storeKey } from './client/store-options'
export { createRequestStore, type PersistOptions, type RequestStore } from './client/request-store'

import { batch } from '../../../runtime/client/batch'
import { createStore } from '../../../runtime/store'

describe('a store', () => {
  it('notifies once of its end, also if the listener closes it', async () => {
    const store = createStore(jest.fn(), null, {})
    const listener = jest.fn(() => store.close())
    store.subscribe(listener)
    store.close()
    for (let n = 0; n < 3; n++) await new Promise<void>(batch)
    expect(listener).toHaveBeenCalledTimes(1)
    expect(store.getSnapshot().status).toBe('closed')
  })
})

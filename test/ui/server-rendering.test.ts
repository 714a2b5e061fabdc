import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { useStore } from '../../runtime/react'
import { createStore, type StoreOptions } from '../../runtime/store'

describe('on a server', () => {
  const source = jest.fn()

  it('a hook renders the initial data, and does not connect', () => {
    const App = () => {
      const options: StoreOptions<{ counted: number }, number> = {
        initial: 5,
        reduce: (sum, { payload }) => sum + payload,
      }
      const { status, data } = useStore(
        (latest: typeof options) => createStore(source, null, latest),
        null,
        options,
      )
      return createElement('p', null, `${status} ${data}`)
    }
    expect(renderToString(createElement(App))).toBe('<p>connecting 5</p>')
    expect(source).not.toHaveBeenCalled()
  })

  it('a store that is read with `subscribe` does not connect either', () => {
    const store = createStore(source, null, {})
    store.subscribe(() => undefined)()
    expect(store.getSnapshot().status).toBe('connecting')
    expect(source).not.toHaveBeenCalled()
  })
})

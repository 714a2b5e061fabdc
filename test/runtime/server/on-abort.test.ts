import { onAbort } from '../../../runtime/server/send-endpoint'

describe('onAbort', () => {
  it('calls each callback once, in order, with one listener of the signal', () => {
    const controller = new AbortController()
    const addEventListener = jest.spyOn(controller.signal, 'addEventListener')
    const calls: number[] = []
    for (let n = 0; n < 20; n++) onAbort(controller.signal, () => calls.push(n))
    controller.abort()
    expect(calls).toEqual([...Array(20).keys()])
    expect(addEventListener).toHaveBeenCalledTimes(1)
  })

  it('does not call a callback that was removed', () => {
    const controller = new AbortController()
    const [kept, removed] = [jest.fn(), jest.fn()]
    onAbort(controller.signal, kept)
    onAbort(controller.signal, removed)()
    controller.abort()
    expect(kept).toHaveBeenCalledTimes(1)
    expect(removed).not.toHaveBeenCalled()
  })

  it('does not call a callback that another callback removes', () => {
    const controller = new AbortController()
    const last = jest.fn()
    let removeLast: () => void = () => undefined
    onAbort(controller.signal, () => removeLast())
    removeLast = onAbort(controller.signal, last)
    controller.abort()
    expect(last).not.toHaveBeenCalled()
  })
})

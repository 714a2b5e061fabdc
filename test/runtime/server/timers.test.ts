import { ConnectionTimer, type Tickable } from '../../../runtime/server/timers'

/** A tickable whose first tick can be awaited. */
function tickable(interval: number): Tickable & { ticked: Promise<void> } {
  let resolve: () => void = () => undefined
  const ticked = new Promise<void>((settle) => (resolve = settle))
  return { interval, onTick: () => resolve(), ticked }
}

describe('The timer of all connections', () => {
  let resolutions: unknown[] = []
  const timers: { timer: ConnectionTimer; members: Tickable[] }[] = []

  beforeEach(() => {
    resolutions = []
    const setNativeInterval = setInterval
    jest.spyOn(globalThis, 'setInterval').mockImplementation(((run: () => void, ms: number) => {
      resolutions.push(ms)
      return setNativeInterval(run, ms)
    }) as typeof setInterval)
  })
  afterEach(() => {
    for (const { timer, members } of timers.splice(0)) {
      for (const member of members) timer.delete(member)
    }
    jest.restoreAllMocks()
  })

  function start(...members: Tickable[]): ConnectionTimer {
    const timer = new ConnectionTimer()
    timers.push({ timer, members })
    for (const member of members) timer.add(member)
    return timer
  }

  it('checks sixteen times in the shortest interval', () => {
    start(tickable(15_000), tickable(1600), tickable(30_000))
    expect(resolutions).toEqual([937, 100])
  })

  it('slows down once the connection with the shortest interval has left', async () => {
    const [slow, fast, next] = [tickable(15_000), tickable(80), tickable(80)]
    const timer = start(slow, fast)
    await fast.ticked
    timer.delete(fast)
    // The next check of the fast timer, at which it finds that no connection needs its speed.
    timer.add(next)
    await next.ticked
    timer.delete(next)
    while (resolutions.length < 3) await new Promise((resolve) => setTimeout(resolve, 1))
    expect(resolutions).toEqual([937, 5, 937])
  })

  it('stops with the last connection, and starts again', () => {
    const clear = jest.spyOn(globalThis, 'clearInterval')
    const only = tickable(15_000)
    const timer = start(only)
    const cleared = clear.mock.calls.length
    timer.delete(only)
    expect(clear.mock.calls.length).toBe(cleared + 1)
    timer.add(only)
    expect(resolutions).toEqual([937, 937])
  })
})

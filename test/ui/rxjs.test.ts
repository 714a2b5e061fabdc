import type { ClientOptions } from '../../runtime/fetch-client'
import { listen } from '../../runtime/fetch-client'
import { observe } from '../../runtime/rxjs'
import type { StreamSource } from '../../runtime/store'
import { ticks, type Tick } from '../runtime/client/support/channels'
import { serve } from '../runtime/client/support/server'

type Ticks = { tick: Tick | null }

const source: StreamSource<Ticks, null, ClientOptions> = (callback, parameters, options) =>
  listen(ticks, callback, parameters, options)

describe('an Observable', () => {
  const reports = jest.spyOn(console, 'error').mockImplementation(() => undefined)
  afterEach(() => reports.mockClear())
  afterAll(() => reports.mockRestore())

  const throws = (): void => {
    throw new Error('onClose')
  }
  const rejects = (): Promise<void> => Promise.reject(new Error('onClose'))

  it.each([
    { end: 'completes', status: 204, expected: 'complete', fault: 'throws', onClose: throws },
    { end: 'fails', status: 403, expected: 'status', fault: 'throws', onClose: throws },
    { end: 'completes', status: 204, expected: 'complete', fault: 'rejects', onClose: rejects },
  ])('$end though `onClose` $fault', async ({ status, expected, onClose }) => {
    const server = await serve((res) => res.writeHead(status).end())
    const ended = new Promise((resolve) => {
      observe(source, null, { baseUrl: server.url, onClose }).subscribe({
        error: ({ code }: { code: string }) => resolve(code),
        complete: () => resolve('complete'),
      })
    })
    expect(await ended).toBe(expected)
    await new Promise(setImmediate)
    expect(reports).toHaveBeenCalledWith(new Error('onClose'))
    await server.close()
  })

  it('reports an event that is not valid to the console without `onError`, and continues', async () => {
    const server = await serve((res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' })
      res.write('data: {"n":"x"}\n\ndata: {"n":2}\n\n')
    })
    const first = await new Promise((resolve) => {
      const subscription = observe(source, null, { baseUrl: server.url }).subscribe((event) => {
        queueMicrotask(() => subscription.unsubscribe())
        resolve(event)
      })
    })
    expect(first).toMatchObject({ payload: { n: 2 } })
    expect(reports.mock.calls).toMatchObject([[{ code: 'validation', retrying: true }]])
    await server.close()
  })
})

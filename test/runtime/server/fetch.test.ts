import { gzipCompression } from '../../../runtime/compression'
import { withFetch } from '../../../runtime/fetch'
import { createHub, type HubOptions } from '../../../runtime/hub'
import { signups } from './support/channels'

describe('A stream of the fetch host to which a write fails', () => {
  const failure = new Error('no write')

  afterEach(() => jest.restoreAllMocks())

  function failWrites(): void {
    jest.spyOn(ReadableStreamDefaultController.prototype, 'enqueue').mockImplementation(() => {
      throw failure
    })
  }

  function serve(options: HubOptions<null> = {}) {
    const errors: unknown[] = []
    const disconnected = jest.fn()
    const hub = withFetch(
      createHub(signups, { onError: (error) => errors.push(error), ...options }),
    )
    hub.on('disconnect', disconnected)
    const headers = { 'accept-encoding': 'gzip' }
    const connect = (): Promise<Response> =>
      hub.fetch(new Request('http://localhost/user/signedup', { headers }))
    return { hub, connect, disconnected, errors }
  }

  it.each([
    ['the reconnection time', {}],
    ['the end of a compressed stream', { compression: gzipCompression() }],
  ])('%s, when the hub closes: the client has disconnected once', async (_, options) => {
    const { hub, connect, disconnected, errors } = serve(options)
    expect((await connect()).status).toBe(200)
    failWrites()
    await hub.close()
    expect(disconnected).toHaveBeenCalledTimes(1)
    expect(errors).toEqual([failure])
  })

  it('the first line: the client gets 503', async () => {
    const { hub, connect, errors } = serve()
    failWrites()
    expect((await connect()).status).toBe(503)
    expect(hub.size).toBe(0)
    await hub.close()
    expect(errors).toEqual([failure])
  })
})

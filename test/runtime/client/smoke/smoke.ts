/**
 * A whole conversation with `server.ts`, for any runtime: takes its URL as the last argument, and prints a verdict as
 * one line of JSON. It needs nothing but the runtime folder and what a platform has.
 */
import { listen, stream } from '../../../../runtime/fetch-client'
import { rooms } from '../support/channels'

export interface Verdict {
  readonly ok: boolean
  readonly received: readonly unknown[]
  readonly streamed: readonly unknown[]
}

const EXPECTED = ['joined Zoë 😀', 'left Zoë 😀']

export async function smoke(baseUrl: string): Promise<Verdict> {
  const options = {
    baseUrl,
    authorization: async () => 'abc',
    reconnect: { initialDelay: 100 },
    onError: () => undefined,
  }
  const received: string[] = []
  const subscription = listen(
    rooms,
    (_message, _parameters, error, { type, payload }) => {
      if (error === undefined && type !== 'error') received.push(`${String(type)} ${payload?.user}`)
    },
    { roomId: 'a/b' },
    options,
  )
  await subscription.closed
  const streamed: string[] = []
  for await (const event of stream(rooms, { roomId: 'a/b' }, options)) {
    if (event.type !== 'error') streamed.push(`${event.type} ${event.payload.user}`)
  }
  const ok = [received, streamed].every((list) => list.join() === EXPECTED.join())
  return { ok, received, streamed }
}

const url = globalThis.process?.argv.at(-1)
if (url?.startsWith('http')) void smoke(url).then((verdict) => console.log(JSON.stringify(verdict)))

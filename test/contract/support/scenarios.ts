import { questionBody, word, type Question } from '../../support/question'
import { gzipCompression } from '../../../runtime/compression'
import type { HistoryOptions } from '../../../runtime/hub'
import type { CorsOptions } from '../../../runtime/server'
import type { ServerChannel } from '../../../runtime/server/types'
import { Joined, rooms, secured, signups } from '../../runtime/server/support/channels'
import type { Service } from './service'

/** Records a value that the test reads. */
export type Report = (name: string, value?: unknown) => void

/** Functions that the test calls; arguments and results are JSON values. */
export type Commands = Readonly<Record<string, (...args: string[]) => unknown>>

/** The server half of a test. It runs on the host; the other half is an HTTP client. */
type Scenario<Arguments> = (
  service: Service,
  report: Report,
  options: Arguments,
) => Commands | undefined

/** A request whose response is a stream. */
export const chat: ServerChannel<{ token: string }, string, null> = {
  name: 'Chat',
  address: 'chat',
  parameters: null,
  events: [{ type: 'token', model: word }],
  sendsEventName: false,
  method: 'POST',
  sentinels: ['[DONE]'],
  body: questionBody,
  validate: true,
}

const hub: Scenario<{
  readonly cors?: CorsOptions
  readonly history?: HistoryOptions
  readonly closeTimeout?: number
  readonly isCompressed?: boolean
}> = (service, _report, { isCompressed = false, ...options }) => {
  const hub = service.hub(rooms, {
    ...options,
    ...(isCompressed && { compression: gzipCompression() }),
  })
  return {
    publish: (user, roomId) => hub.publish(new Joined({ user }), { parameters: { roomId } }),
    publishLarge: (user, roomId, size) =>
      hub.publish(new Joined({ user: `${user} ${'x'.repeat(Number(size))}` }), {
        parameters: { roomId },
      }),
    size: () => hub.size,
    close: () => hub.close(),
  }
}

const throwingOrigin: Scenario<void> = (service, report) => {
  service.hub(rooms, {
    cors: { origin: (text) => new URL(text).hostname.endsWith('.example.com') },
    onError: (error) => report('error', String(error)),
  })
  return undefined
}

const parameters: Scenario<void> = (service, report) => {
  service.send(rooms, (given, sendEvent) => {
    report('parameters', given)
    void sendEvent(new Joined({ user: 'ada' }))
  })
  return undefined
}

const authorize: Scenario<{ readonly result: false | 401 | 403 }> = (service, report, options) => {
  service.send(secured(rooms, { token: { type: 'bearer' } }), () => report('called'), {
    authorize: () => Promise.resolve(options.result),
    cors: true,
  })
  return undefined
}

const failingAuthorize: Scenario<'returns undefined' | 'rejects with undefined' | 'throws'> = (
  service,
  report,
  how,
) => {
  service.send(rooms, () => report('called'), {
    authorize: () => {
      if (how === 'throws') throw new Error('database')
      return how === 'returns undefined' ? (undefined as never) : Promise.reject(undefined as never)
    },
    onError: (error) => report('error', String(error)),
  })
  return undefined
}

const identity: Scenario<void> = (service, report) => {
  service.send(rooms, (_parameters, sendEvent) => report('identity', sendEvent.identity), {
    authorize: ({ roomId }) => ({ room: roomId }),
  })
  return undefined
}

const lastEventId: Scenario<void> = (service, report) => {
  service.send(signups, (_parameters, sendEvent) => report('id', sendEvent.lastEventId))
  return undefined
}

/** Sends large events, each after the previous one, and reports when one has to wait. */
const largeEvents: Scenario<{ readonly count: number }> = (service, report, { count }) => {
  let sent = 0
  service.send(signups, async (_parameters, sendEvent) => {
    const user = 'x'.repeat(100_000)
    while (sent < count) {
      const isSent = sendEvent({ user })
      const timer = setTimeout(() => report('blocked'), 300)
      if (!(await isSent)) return
      clearTimeout(timer)
      sent++
    }
  })
  return { sent: () => sent }
}

const disconnect: Scenario<{ readonly heartbeat?: number }> = (service, report, options) => {
  service.send(
    signups,
    async (_parameters, sendEvent) => {
      sendEvent.signal.addEventListener('abort', () => report('disconnected'))
      await sendEvent({ user: 'ada' })
    },
    options,
  )
  return undefined
}

/** Sends until `sendEvent` returns false. */
const sending: Scenario<void> = (service, report) => {
  service.send(signups, async (_parameters, sendEvent) => {
    while (await sendEvent({ user: 'ada' })) {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    report('disconnected')
  })
  return undefined
}

const times: Scenario<{ readonly heartbeat: number; readonly maxDuration: number }> = (
  service,
  _report,
  options,
) => {
  service.send(signups, () => undefined, options)
  return undefined
}

const pendingAuthorize: Scenario<{ readonly maxConnections: number }> = (
  service,
  _report,
  options,
) => {
  let authorizeAll: () => void = () => undefined
  const authorized = new Promise<true>((resolve) => {
    authorizeAll = () => resolve(true)
  })
  service.send(signups, () => undefined, { ...options, authorize: () => authorized })
  return { authorizeAll: () => authorizeAll() }
}

const perKey: Scenario<{ readonly hasKey: boolean }> = (service, report, { hasKey }) => {
  try {
    service.send(signups, () => undefined, {
      maxConnectionsPerKey: 1,
      ...(hasKey && { connectionKey: () => 'a' }),
    })
  } catch (error) {
    report('error', String(error))
  }
  return undefined
}

const failures: Scenario<{ readonly failures: number }> = (service, report, options) => {
  let calls = 0
  service.send(
    signups,
    () => {
      if (calls++ < options.failures) throw new Error('not yet')
    },
    { maxConnections: 1, onError: (error) => report('error', String(error)) },
  )
  return undefined
}

const shutdown: Scenario<void> = (service) => {
  const controller = new AbortController()
  service.send(signups, () => undefined, { signal: controller.signal })
  return { abort: () => controller.abort() }
}

/** Requests that wait for their first event, or for `authorize`, until the server shuts down. */
const shutdownBefore: Scenario<'first event' | 'authorize'> = (service, report, waitsFor) => {
  const controller = new AbortController()
  const { signal } = controller
  const waiting = new Promise<true>((resolve) => {
    signal.addEventListener('abort', () => setTimeout(() => resolve(true), 50))
  })
  const optionsOf = ({ name }: { readonly name: string }) => ({
    signal,
    onError: (error: unknown): void => report('error', String(error)),
    ...(waitsFor === 'authorize' && {
      authorize: async (): Promise<true> => {
        report(name)
        return waiting
      },
    }),
  })
  const callbackOf =
    ({ name }: { readonly name: string }) =>
    async (_parameters: null, sendEvent: { readonly signal: AbortSignal }): Promise<void> => {
      report(name)
      await new Promise((_, reject) => {
        sendEvent.signal.addEventListener('abort', () => reject(sendEvent.signal.reason as Error))
      })
    }
  service.send(signups, callbackOf(signups), optionsOf(signups))
  service.send(chat, callbackOf(chat), optionsOf(chat))
  return { abort: () => controller.abort() }
}

/** A callback that fails after it has ended its stream. */
const failsAfterEnd: Scenario<void> = (service, report) => {
  service.send(
    signups,
    async (_parameters, sendEvent) => {
      await sendEvent({ user: 'ada' })
      sendEvent.close()
      throw new Error('cleanup failed')
    },
    { onError: (error) => report('error', String(error)) },
  )
  return undefined
}

const body: Scenario<{ readonly maxBodyBytes?: number }> = (service, report, options) => {
  service.send(
    chat,
    async (_parameters, sendEvent, given) => {
      report('body', given)
      for (const token of (given as Question).question.split(' ')) await sendEvent(token)
    },
    { ...options, cors: true, onError: (error) => report('error', String(error)) },
  )
  return undefined
}

/** A response to a request that fails after its first event. */
const brokenOff: Scenario<void> = (service, report) => {
  service.send(
    chat,
    async (_parameters, sendEvent) => {
      await sendEvent('first')
      throw new Error('the model failed')
    },
    { onError: (error) => report('error', String(error)) },
  )
  return undefined
}

export const SCENARIOS = {
  hub,
  throwingOrigin,
  parameters,
  authorize,
  failingAuthorize,
  identity,
  lastEventId,
  largeEvents,
  disconnect,
  sending,
  times,
  pendingAuthorize,
  perKey,
  failures,
  shutdown,
  shutdownBefore,
  failsAfterEnd,
  body,
  brokenOff,
}

export type ScenarioName = keyof typeof SCENARIOS
export type ScenarioOptions<Name extends ScenarioName> = Parameters<(typeof SCENARIOS)[Name]>[2]

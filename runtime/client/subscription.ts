import type { Details, EventHandlers, Listener, Subscription } from './types'
import { errorDetails } from './decode'
import { makeDisposable } from './disposable'
import { createSession, type ClientSession, type SessionConfig } from './session'
import type { ControlMessage, WireEvent } from './event-queue'

/** Delivers the events of a channel to a callback or to handlers, one at a time. */
export function subscribe<Events, Params>(
  config: SessionConfig<Events, Params>,
  callback: Listener<Events, Params> | EventHandlers<Events>,
): Subscription {
  const { decode, parameters } = config
  let isBusy = false

  const session: ClientSession = createSession(config, () => {
    if (!isBusy) deliverQueued()
  })
  const { queue, callbacks, close } = session

  function deliverQueued(): void {
    isBusy = true
    for (let item = queue.take(); item; item = queue.take()) {
      const { id, kind } = item
      session.lastEventId = id
      const pending = kind === undefined ? deliverEvent(item) : deliverControl(item)
      // Awaiting nothing would cost a turn of the event loop for each event.
      if (pending) return void pending.then(deliverQueued)
    }
    isBusy = false
  }

  function deliverEvent(event: WireEvent): Promise<void> | undefined {
    const details = decode(event)
    return details ? callbacks.run(call, details) : callbacks.reportUnknown(event)
  }

  function call(details: Details<Events>): unknown {
    const { type, payload, cause } = details
    if (typeof callback === 'function')
      return callback(payload, parameters, cause?.message, details)
    if (cause) throw cause
    // An event may have the name of a method that every object has.
    const hasHandler = !(type in Object.prototype) || Object.hasOwn(callback, type)
    return hasHandler ? callback[type]?.(payload, details as never) : undefined
  }

  function deliverControl({ kind, id, error }: ControlMessage): Promise<void> | undefined {
    if (kind === 'gap' || kind === 'snapshot') {
      return callbacks.notify('onGap', { healed: kind === 'snapshot' })
    }
    if (kind === 'end') close()
    if (error === undefined) return undefined
    if (!error.retrying) session.disconnect()
    const pending = callbacks.run(call, errorDetails(id, error))
    return error.retrying ? pending : Promise.resolve(pending).then(() => close(error))
  }

  const end = (): void => close()
  // TypeScript does not type the properties that `Object.defineProperties` adds.
  const subscription = Object.defineProperties(end, {
    close: { value: end },
    closed: { value: session.closed },
    readyState: { get: () => (session.state === 'open' ? 1 : session.state === 'closed' ? 2 : 0) },
    state: { get: () => session.state },
    location: { get: () => config.request?.resumption.location },
    lastEventId: { get: () => session.lastEventId },
  }) as Subscription
  makeDisposable(subscription, 'dispose', end)
  session.start()
  return subscription
}

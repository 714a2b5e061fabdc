import type { HubOptions } from '../../../runtime/hub'
import type { AuthorizeResult, SendEvent, ServerChannel } from '../../../runtime/server'
import type { CommonSendOptions } from '../../../runtime/server/types'

// This module and those that it imports run in every runtime: they use neither Node.js nor Jest.

/** A hub as the scenarios use it. */
export interface ContractHub<Events, Content, Params> {
  readonly size: number
  publish(message: Content, options: { parameters: Params }): Promise<string>
  publish<Name extends keyof Events>(
    message: Events[Name],
    options: { event: Name; parameters: Params },
  ): Promise<string>
  close(): Promise<void>
}

/** Options that mean the same on every host: functions that receive the host's own request are left out. */
export type ContractOptions<Params> = Omit<
  CommonSendOptions<Params, never>,
  'authorize' | 'connectionKey'
> & {
  readonly authorize?: (
    parameters: Params,
  ) => AuthorizeResult<object | true> | Promise<AuthorizeResult<object | true>>
  readonly connectionKey?: () => string
}

/** A callback that means the same on every host. */
export type ContractCallback<Events, Content, Params> = (
  parameters: Params,
  sendEvent: SendEvent<Events, Content, object | true>,
  body: unknown,
) => void | Promise<void>

/** Channels served on one port. */
export interface Service {
  hub<Events, Content, Params>(
    channel: ServerChannel<Events, Content, Params>,
    options?: HubOptions<Params>,
  ): ContractHub<Events, Content, Params>
  send<Events, Content, Params>(
    channel: ServerChannel<Events, Content, Params>,
    callback: ContractCallback<Events, Content, Params>,
    options?: ContractOptions<Params>,
  ): void
  /** Listens after everything was registered; resolves to the URL. */
  listen(): Promise<string>
  /** Stops listening, as gracefully as the host can, and resolves once that is done. */
  close(): Promise<void>
}

/** Options as the functions of a host accept them. */
export function hostOptions<Params>({
  authorize,
  ...options
}: ContractOptions<Params>): CommonSendOptions<Params, unknown, never, object | true> {
  if (authorize === undefined) return options
  return { ...options, authorize: (_request, parameters) => authorize(parameters) }
}

import type { Endpoint, ServerRequest } from '../server/exchange'
import type { PresentedCredentials } from '../server/request-credentials'
import type { AuthorizeResult, CommonServerOptions, Identity, NamedMessage } from '../server/types'
import type { RunBroker } from './run-log'

/** Argument of a producer. */
export interface RunContext<Params, Body, User = true> {
  readonly parameters: Params
  readonly body: Body
  /** The request that started the run. Its client may have disconnected. */
  readonly request: ServerRequest
  /** Id of the run. */
  readonly run: string
  /** Aborts when nothing more can be stored: after a stop, at a limit, or when the server shuts down. */
  readonly signal: AbortSignal
  /** The object that `authorize` returned for the request; undefined if it returned `true` or is not set. */
  readonly identity: Identity<User>
}

/**
 * Produces the events of one run, independent of its clients. The run ends as `done` when the producer returns or yields a
 * terminal message, and as `failed` when it throws.
 */
export type RunProducer<Events, Content, Params, Body, User = true> = (
  context: RunContext<Params, Body, User>,
) => AsyncIterable<Content | NamedMessage<Events>>

/** The action that a request specifies. */
export type RunRequest =
  { readonly action: 'start' } | { readonly action: 'resume' | 'stop'; readonly run: string }

/**
 * Options of `create…Runs`. `Auth`: credentials that a request can present, by security scheme. `User`: the object that
 * `authorize` returned. Times are in ms.
 */
export interface RunsOptions<Params, User = true, Auth = PresentedCredentials> extends Omit<
  CommonServerOptions<Params, ServerRequest, Auth, User>,
  'authorize'
> {
  /**
   * Returns whether a client may start, resume or stop a run. It is called for each request; `request.action` distinguishes
   * the actions. An error that it throws is a server error (500). `false`: any client may, although the document has
   * `security`.
   * @param credentials credentials of the request for each security scheme of the document, not verified
   */
  authorize?:
    | false
    | ((
        req: ServerRequest,
        parameters: Params,
        credentials: Auth,
        request: RunRequest,
      ) => AuthorizeResult<User> | Promise<AuthorizeResult<User>>)
  /**
   * Key of the user that `authorize` returned. Only requests with the key of its start can find, read and stop a run; for
   * other requests it does not exist (404). Required if `authorize` returns an object.
   */
  ownerKey?(user: Exclude<User, true>): string
  /** Storage of the runs. Default: `memoryRuns()`, one process. */
  broker?: RunBroker
  /** Name of the runs in the broker. Default: the channel's name. */
  name?: string
  /** Time that a run can be read after its end. Default 3600000. */
  retention?: number
  /** Maximum duration of a run; after that it ends as failed. Default 1800000. */
  maxRunTime?: number
  /** Maximum size of a run's events, bytes; at more it ends as failed. Default 8 MiB. */
  maxRunBytes?: number
  /** Maximum number of open runs that this process produces; more receive 503. Default 1000. */
  maxRuns?: number
  /** Maximum number of open runs of one `connectionKey` that this process produces; more receive 429. Default: no limit. */
  maxRunsPerKey?: number
  /** Maximum size of a request body, bytes; a larger one receives 413. Default 1 MiB. */
  maxBodyBytes?: number
  /** Time that `close` waits for open runs before it ends them as failed. Default 10000. */
  drainTimeout?: number
}

/** The runs of one request stream. */
export interface Runs {
  /** The endpoints that hosts route to: the start, and the address of each run. */
  readonly endpoints: readonly Endpoint[]
  /** Open runs that this process produces. */
  readonly size: number
  /**
   * Graceful shutdown: starts no more runs, waits for open ones at most `drainTimeout`, ends the streams of clients, and
   * releases everything. Clients resume in another process, if the broker connects processes.
   */
  close(): Promise<void>
}

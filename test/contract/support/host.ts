import type { Difference } from './differences'
import type { Running } from './run'
import type { ScenarioName, ScenarioOptions } from './scenarios'

/** What the suite is run against. */
export interface Host {
  readonly name: string
  /** The program that runs the server, if it is not this process. */
  readonly program?: string
  /** Whether clients connect with HTTP/2 without TLS. */
  readonly isHttp2?: boolean
  /** Behaviors in which the host differs from the others. */
  readonly differences: readonly Difference[]
  start<Name extends ScenarioName>(name: Name, options: ScenarioOptions<Name>): Promise<Running>
  /** Ends the process of the host, if it has its own. */
  close?(): Promise<void>
}

import { SCENARIOS, type Commands, type ScenarioName } from './scenarios'
import type { Service } from './service'

export interface ReportedValue {
  readonly name: string
  readonly value: unknown
}

/** A scenario that runs on a host, as a test uses it. */
export interface Running {
  readonly url: string
  /** Calls a command of the scenario. */
  run(command: string, ...args: string[]): Promise<unknown>
  /** Values reported so far under a name. */
  reports(name: string): Promise<unknown[]>
  /** The first value reported under a name; waits for it. */
  reported(name: string): Promise<unknown>
  /** Closes hubs and server. */
  stop(): Promise<void>
}

/** A scenario in this process. */
export class LocalRun implements Running {
  readonly values: ReportedValue[] = []
  readonly #waiting = new Set<() => void>()
  readonly #hubs: { close(): Promise<void> }[] = []
  readonly #service: Service
  #commands: Commands = {}
  #url = ''

  private constructor(service: Service) {
    this.#service = service
  }

  static async start(service: Service, name: ScenarioName, options: unknown): Promise<LocalRun> {
    const run = new LocalRun(service)
    const hub: Service['hub'] = (channel, hubOptions) => {
      const created = service.hub(channel, hubOptions)
      run.#hubs.push(created)
      return created
    }
    const report = (reported: string, value?: unknown): void => {
      run.values.push({ name: reported, value })
      for (const resolve of [...run.#waiting]) resolve()
    }
    run.#commands = SCENARIOS[name]({ ...service, hub }, report, options as never) ?? {}
    run.#url = await service.listen()
    return run
  }

  get url(): string {
    return this.#url
  }

  async run(command: string, ...args: string[]): Promise<unknown> {
    return this.#commands[command]?.(...args)
  }

  reports(name: string): Promise<unknown[]> {
    return Promise.resolve(
      this.values.filter((each) => each.name === name).map(({ value }) => value),
    )
  }

  async reported(name: string): Promise<unknown> {
    for (;;) {
      const [first, ...rest] = await this.reports(name)
      if (first !== undefined || rest.length > 0 || this.#has(name)) return first
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#hubs.map((hub) => hub.close()))
    await this.#service.close()
  }

  #has(name: string): boolean {
    return this.values.some((each) => each.name === name)
  }
}

/** A run that gives one message, in a folder of its own. */
export interface Case {
  readonly title: string
  /** Meaning and remedy. */
  readonly advice: string
  /** Whether the message ends the run. */
  readonly isError: boolean
  readonly document?: object
  readonly parameters?: Readonly<Record<string, unknown>>
  /** Files below the working directory; `'link'` to somewhere else. The output is `out/`. */
  readonly files?: Readonly<Record<string, string>>
  readonly links?: readonly string[]
  /** Whether the command runs in a process of its own: Jest cannot import Prettier's configuration. */
  readonly runsCommand?: boolean
}

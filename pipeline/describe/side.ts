import type { Code } from '../../filters/code'
import type { Channel, Side } from '../view'

/** One half of the output: what the module of these channels imports and calls. */
export function describeSide(
  channels: readonly Channel[],
  runtime: string,
  checked: boolean,
  validate: boolean,
): Side {
  const payloads = channels.flatMap(({ events }) => events.flatMap(({ payload }) => payload ?? []))
  const models = byText(payloads.map(({ name }) => name))
  const schemes = channels.flatMap(({ auth }) => auth?.schemes ?? [])
  return {
    channels,
    runtime: `../runtime/${runtime}`,
    fromRoot: `./runtime/${runtime}`,
    models: [...models.values()],
    inputs: [...byText(payloads.flatMap(({ input }) => input)).values()].filter(
      ({ text }) => !models.has(text),
    ),
    parameters: channels.flatMap(({ parameters }) => parameters ?? []),
    inputModels: channels.flatMap(({ parameters, query }) =>
      [parameters ?? [], query ?? []].flat(),
    ),
    withoutPayload: channels.some(({ events }) => events.some(({ payload }) => payload === null)),
    filled: channels.some(({ filled }) => filled),
    several: channels.some(({ several }) => several),
    variables: channels.some(({ base }) => base?.templated === true),
    secured: schemes.length > 0,
    basic: schemes.some((scheme) => scheme.basic),
    checked,
    validate,
  }
}

function byText(codes: readonly Code[]): ReadonlyMap<string, Code> {
  return new Map(codes.map((code) => [code.text, code]))
}

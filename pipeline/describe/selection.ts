import { matchesGlob } from '../globs'
import type { Options } from '../parameters'
import type { Findings } from '../problems'
import type { Server } from '../view'
import type { SourceChannel, SourceMessage, SourceOperation } from './document'
import { record } from './raw'

/** What servers take for the first line of a request, in characters. */
const MAX_ADDRESS = 8000

/** A channel that takes part in this output, with the sides it gets and the operation that gives its messages. */
export interface SelectedChannel {
  readonly source: SourceChannel
  readonly address: string
  readonly client: boolean
  readonly server: boolean
  readonly operation: SourceOperation | undefined
  readonly messages: readonly SourceMessage[]
}

/** The channels that take part; the others are reported, each with its reason. */
export function selectChannels(
  channels: readonly SourceChannel[],
  servers: ReadonlyMap<string, Server>,
  options: Options,
  findings: Findings,
): SelectedChannel[] {
  const selected: SelectedChannel[] = []
  const reasons: string[] = []
  for (const source of channels) {
    const result = select(source, servers, options)
    if (typeof result === 'string') {
      reasons.push(`channel "${source.key}" is left out: ${result}`)
    } else {
      selected.push(result)
    }
  }
  if (selected.length > 0) {
    reasons.forEach(findings.notice)
  } else if (channels.length === 0) {
    findings.problem('#/channels: the document has no channels, so there is nothing to generate')
  } else {
    findings.problem(
      `no channel is left to generate\n${reasons.map((reason) => `      ${reason}`).join('\n')}`,
    )
  }
  return selected
}

function select(
  source: SourceChannel,
  servers: ReadonlyMap<string, Server>,
  options: Options,
): SelectedChannel | string {
  const { address } = source
  if (record(source.raw['x-eventsource'])['ignore'] === true) return 'x-eventsource says "ignore"'
  if (address === undefined) return 'it has no address'
  if (address.length > MAX_ADDRESS) return `its address has more than ${MAX_ADDRESS} characters`
  const names = [address, source.key, ...source.operations.flatMap(({ id }) => id ?? [])]
  const matches = (globs: readonly string[]): boolean =>
    globs.some((glob) => names.some((name) => matchesGlob(glob, name)))
  if (options.include.length > 0 && !matches(options.include))
    return 'parameter "include" does not name it'
  if (matches(options.exclude)) return 'parameter "exclude" names it'

  const protocols = source.servers.flatMap((id) => servers.get(id)?.protocol ?? [])
  if (protocols.length > 0 && !protocols.some((protocol) => isTaken(protocol, options))) {
    const other = [...new Set(protocols)].join(', ')
    return `its servers speak ${other}; -p protocols=${protocols[0] ?? ''} or -p "protocols=*" would take it`
  }

  const sides = sidesOf(source, options)
  if (!sides.client && !sides.server) return 'no operation is about it (side=operations)'
  const { operation, messages } = messagesOf(source)
  if (messages.length === 0) return 'it has no messages'
  return { source, address, ...sides, operation, messages }
}

function isTaken(protocol: string, options: Options): boolean {
  return options.protocols.includes('*') || options.protocols.includes(protocol)
}

function sidesOf(source: SourceChannel, options: Options): { client: boolean; server: boolean } {
  if (options.side === 'operations') {
    return {
      client: source.operations.some(({ action }) => action === 'receive'),
      server: source.operations.some(({ action }) => action === 'send'),
    }
  }
  return { client: options.side !== 'server', server: options.side !== 'client' }
}

/** The same for both halves: the messages of `send` operations, else of `receive`, else the channel's own. */
function messagesOf(source: SourceChannel): Pick<SelectedChannel, 'operation' | 'messages'> {
  for (const action of ['send', 'receive'] as const) {
    const operations = source.operations.filter(
      (candidate) => candidate.action === action && candidate.messages.length > 0,
    )
    if (operations.length > 0) {
      const all = operations.flatMap(({ messages }) => messages)
      // Document order: the channel's own, where there is one.
      const ordered =
        source.messages.length > 0
          ? source.messages.filter((message) => all.includes(message))
          : all
      return { operation: operations[0], messages: ordered }
    }
  }
  return { operation: source.operations[0], messages: source.messages }
}

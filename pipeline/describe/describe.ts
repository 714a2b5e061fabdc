import type { AsyncAPIDocumentInterface } from '@asyncapi/parser'
import { Names } from '../../filters/naming'
import { nearest } from '../nearest'
import type { Options } from '../parameters'
import type { Findings } from '../problems'
import { RESERVED_NAMES } from '../reserved'
import type { Server, View } from '../view'
import { freeze } from './freeze'
import { describeChannels } from './channels'
import { readDocument } from './document'
import { record, text, type Raw } from './raw'
import { SecuritySchemes } from './security'
import { selectChannels } from './selection'
import { describeServers, serversById } from './servers'

/**
 * A parsed document to the view that templates see. Nothing of the parser goes further than this.
 * What is wrong, and what the user should know, is told to `findings`.
 */
export function describe(
  document: AsyncAPIDocumentInterface,
  options: Options,
  findings: Findings,
): View {
  const raw = document.json() as Raw
  const source = readDocument(raw)
  const servers = describeServers(raw)
  const base = chooseServer(servers, options, findings)
  const selected = selectChannels(source.channels, serversById(servers), options, findings)
  const security = new SecuritySchemes(source, findings)
  const names = new Names(RESERVED_NAMES, (message) => {
    findings.notice(message)
  })
  const { channels, models } = describeChannels({
    source,
    selected,
    security,
    names,
    base,
    options,
    findings,
  })
  const info = record(raw['info'])
  return freeze({
    info: {
      title: text(info['title']) ?? '',
      version: text(info['version']) ?? '',
      description: text(info['description']),
    },
    channels,
    payloads: models.payloads,
    parameters: models.parameters,
    headers: models.headers,
    servers,
    security: distinct(
      channels.flatMap((channel) => channel.security.flatMap(({ schemes }) => schemes)),
    ),
    options,
  })
}

function chooseServer(
  servers: readonly Server[],
  options: Options,
  findings: Findings,
): Server | null {
  if (options.server === undefined) return null
  const found = servers.find(({ id }) => id === options.server)
  if (found !== undefined) return found
  const ids = servers.map(({ id }) => id)
  const guess = nearest(options.server, ids)
  findings.problem(
    `parameter "server": the document has no server "${options.server}"` +
      (ids.length === 0 ? ' (it has none at all)' : `; it has ${ids.join(', ')}`) +
      (guess === undefined ? '' : ` (did you mean "${guess}"?)`),
  )
  return null
}

function distinct<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [item.id, item])).values()]
}

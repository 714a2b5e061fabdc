import type { AsyncAPIDocumentInterface } from '@asyncapi/parser'
import { Names } from '../../filters/naming'
import { nearest } from '../nearest'
import type { Options } from '../parameters'
import type { Findings } from '../problems'
import { RESERVED_NAMES } from '../reserved'
import type { Server, View } from '../view'
import { freeze } from './freeze'
import { describeChannels } from './channels'
import { checkBounds } from './bounds'
import { readDocument } from './document'
import { distinctById } from './distinct'
import { describeScaffold } from './scaffold'
import { describeSide } from './side'
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
  // What comes now walks the document by recursion.
  if (!checkBounds(raw, findings)) findings.check()
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
    client: describeSide(
      channels.filter(({ client }) => client),
      options.client === 'fetch' ? 'fetch-client' : 'eventsource-client',
      options.validation !== 'none',
      options.validation === 'both' || options.validation === 'client',
    ),
    server: describeSide(
      channels.filter(({ server }) => server),
      'express',
      options.validation !== 'none',
      options.validation === 'both' || options.validation === 'server',
    ),
    payloads: models.payloads,
    parameters: models.parameters,
    headers: models.headers,
    servers,
    security: distinctById(channels.flatMap(({ schemes }) => schemes)),
    options,
    scaffold: options.scaffold
      ? describeScaffold(text(info['title']) ?? '', channels, options)
      : null,
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

import type { AsyncAPIDocumentInterface } from '@asyncapi/parser'
import { closestMatch, didYouMean } from '../suggest'
import type { Options } from '../options'
import type { Diagnostics } from '../diagnostics'
import { createModelNames } from './reserved-names'
import type { Channel, Info, Server, View } from './view'
import { deepFreeze } from './freeze'
import { buildChannels } from './channels'
import { checkLimits } from '../document/limits'
import { readDocument } from '../document/document'
import { distinctById } from '../document/distinct'
import { buildScaffold } from './scaffold'
import { buildChannelModule } from './channel-module'
import { asObject, asString, type JsonObject } from '../json'
import { SecuritySchemes, type SecurityRequirement } from '../document/security'
import { selectChannels } from '../document/selection'
import { buildServers, serversById } from '../document/servers'
import { resolveReferences, restoreSharedSchemas } from '../document/resolve-references'
import { reportUnusedParts } from '../document/unused-parts'

/**
 * Converts a parsed document to the view of the templates. Later phases use no object of the parser.
 * Adds errors and notes to `diagnostics`.
 */
export function buildView(
  document: AsyncAPIDocumentInterface,
  options: Options,
  diagnostics: Diagnostics,
): View {
  resolveReferences(document)
  const raw = document.json() as JsonObject
  // The following code walks the document recursively.
  if (!checkLimits(raw, diagnostics)) diagnostics.throwIfErrors()
  const source = readDocument(raw, diagnostics)
  restoreSharedSchemas(source)
  const servers = buildServers(raw)
  const defaultServer = chooseServer(servers, options, diagnostics)
  const context = { document: source, servers: serversById(servers) }
  const selected = selectChannels(context, options, diagnostics)
  for (const channel of selected) {
    reportUnusedParts(channel, { hasHeaders: options.headers }, diagnostics)
  }
  const securitySchemes = new SecuritySchemes(source, diagnostics, options)
  const names = createModelNames((message) => {
    diagnostics.note(message)
  })
  const { channels, models } = buildChannels({
    source,
    selected,
    securitySchemes,
    names,
    servers,
    defaultServer,
    options,
    diagnostics,
  })
  reportSecurity(channels, options, diagnostics)
  const info = infoOf(raw)
  return deepFreeze({
    info,
    channels,
    client: buildChannelModule({
      channels: channels.filter(({ hasClient }) => hasClient),
      runtimeModule: options.client === 'fetch' ? 'fetch-client' : 'eventsource-client',
      hasValidators: options.validation !== 'none',
      validatesByDefault: options.validation === 'both' || options.validation === 'client',
    }),
    server: buildChannelModule({
      channels: channels.filter(({ hasServer }) => hasServer),
      runtimeModule: 'server',
      hasValidators: options.validation !== 'none',
      validatesByDefault: options.validation === 'both' || options.validation === 'server',
      hosts: options.host,
      areRunsEnabled: options.runs,
    }),
    payloads: models.payloads,
    parameters: models.parameters,
    headers: models.headers,
    servers,
    securitySchemes: distinctById(channels.flatMap(({ schemes }) => schemes)),
    options,
    scaffold: options.scaffold ? buildScaffold(info.title, channels, options) : null,
  })
}

function infoOf(document: JsonObject): Info {
  const info = asObject(document['info'])
  return {
    title: asString(info['title']) ?? '',
    version: asString(info['version']) ?? '',
    description: asString(info['description']),
  }
}

/** Without these notes, users could assume that the generated code checks and sends all that the document's `security` says. */
function reportSecurity(
  channels: readonly Channel[],
  options: Options,
  diagnostics: Diagnostics,
): void {
  for (const channel of channels) {
    const place = `channel "${channel.id}"`
    if (channel.hasClient && options.client === 'eventsource' && needsHeaders(channel)) {
      diagnostics.skip(
        place,
        'EventSource sends no headers, so the client has no option for the credentials that the document requires (client=eventsource); -p client=fetch has one',
      )
    }
    if (channel.hasServer && channel.requiresAuthorize) {
      diagnostics.skip(
        place,
        'the document declares security schemes, but the server does not verify credentials; pass the option "authorize", or "authorize: false" to accept every client',
      )
    }
  }
}

/** Whether every alternative needs a header of the request. Browsers send cookies without an option. */
function needsHeaders({ security, auth }: Channel): boolean {
  const isCookie = ({ schemes }: SecurityRequirement): boolean =>
    schemes.every(({ in: location }) => location === 'cookie')
  return security.length > 0 && auth === null && !security.some(isCookie)
}

function chooseServer(
  servers: readonly Server[],
  options: Options,
  diagnostics: Diagnostics,
): Server | null {
  if (options.server === undefined) return null
  const found = servers.find(({ id }) => id === options.server)
  if (found !== undefined) return found
  const ids = servers.map(({ id }) => id)
  const guess = closestMatch(options.server, ids)
  diagnostics.error(
    `parameter "server": the document has no server "${options.server}"` +
      (ids.length === 0 ? ' (it has no servers)' : `; it has ${ids.join(', ')}`) +
      didYouMean(guess),
  )
  return null
}

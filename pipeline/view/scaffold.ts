import { Code } from '../../filters/code'
import type { Host, Options } from '../options'
import { packVersion, RUNTIME_PACKAGE } from '../pack'
import type { Channel, Scaffold } from './view'

/** Packages that a server needs on each host. */
const HOST_PACKAGES: Readonly<Record<Host, Scaffold['dependencies']>> = {
  express: [{ name: 'express', version: '^5.3.0' }],
  fetch: [
    { name: '@hono/node-server', version: '^2.1.9' },
    { name: 'hono', version: '^4.13.19' },
  ],
  node: [],
  fastify: [{ name: 'fastify', version: '^5.12.8' }],
}

/** Data for the project of `scaffold=true`. */
export function buildScaffold(
  title: string,
  channels: readonly Channel[],
  options: Options,
): Scaffold {
  const server = channels.filter((channel) => channel.hasServer)
  const [host = 'express'] = options.host
  const models = server.flatMap(({ example }) => example.models)
  return {
    name: packageName(title),
    isEsm: options.importExtension !== 'none',
    usesTsExtensions: options.importExtension === 'ts',
    dependencies: dependencies(
      channels.some((channel) => channel.hasClient),
      server.length > 0,
      options,
    ),
    usesExpress: host === 'express',
    usesFetch: host === 'fetch',
    usesNode: host === 'node',
    usesFastify: host === 'fastify',
    usesRouter: host === 'express' || host === 'fastify',
    hasCallableClient: channels.some(({ hasClient, example }) => hasClient && example.hasAllValues),
    hasSendableServer: server.some(({ isRequest, example }) => !isRequest && example.hasSamples),
    models: [...new Map(models.map((model) => [model.text, model])).values()],
  }
}

function dependencies(
  client: boolean,
  server: boolean,
  options: Options,
): Scaffold['dependencies'] {
  return [
    ...(options.usesRuntimePackage
      ? [{ name: RUNTIME_PACKAGE, version: `^${packVersion()}` }]
      : []),
    ...(client && options.client === 'eventsource'
      ? [{ name: 'eventsource', version: '^4.1.1' }]
      : []),
    ...(server ? HOST_PACKAGES[options.host[0] ?? 'express'] : []),
    ...(server && options.broker === 'redis' ? [{ name: 'redis', version: '^6.3.1' }] : []),
    ...(server && options.metrics === 'opentelemetry'
      ? [{ name: '@opentelemetry/api', version: '^1.9.0' }]
      : []),
  ]
}

/** A valid npm package name: lowercase ASCII letters, digits and hyphens, at most 214 characters. */
function packageName(title: string): Code {
  const name = title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 100)
    .replaceAll(/^-+|-+$/g, '')
  if (name === '') return new Code('events')
  // The name must differ from the names of its dependencies.
  return new Code(/(^|-)events$/.test(name) ? name : `${name}-events`)
}

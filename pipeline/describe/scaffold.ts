import { Code } from '../../filters/code'
import type { Options } from '../parameters'
import type { Channel, Scaffold } from '../view'

/** Facts about the project that `scaffold=true` makes. */
export function describeScaffold(
  title: string,
  channels: readonly Channel[],
  options: Options,
): Scaffold {
  const server = channels.filter((channel) => channel.server)
  const models = server.flatMap(({ example }) => example.models)
  return {
    name: packageName(title),
    modules: options.importExtension !== 'none',
    tsImports: options.importExtension === 'ts',
    dependencies: dependencies(
      channels.some((channel) => channel.client),
      server.length > 0,
      options,
    ),
    calls: channels.some(({ client, example }) => client && example.complete),
    sends: server.some(({ example }) => example.sampled),
    models: [...new Map(models.map((model) => [model.text, model])).values()],
  }
}

function dependencies(
  client: boolean,
  server: boolean,
  options: Options,
): Scaffold['dependencies'] {
  return [
    ...(client && options.client === 'eventsource'
      ? [{ name: 'eventsource', version: '^4.1.1' }]
      : []),
    ...(client && options.client === 'fetch'
      ? [{ name: 'eventsource-parser', version: '^3.1.1' }]
      : []),
    ...(server ? [{ name: 'express', version: '^5.3.0' }] : []),
    ...(server && options.broker === 'redis' ? [{ name: 'redis', version: '^6.3.1' }] : []),
  ]
}

/** A name that npm takes: small ASCII letters, digits and hyphens, 214 characters at most. */
function packageName(title: string): Code {
  const name = title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 100)
    .replaceAll(/^-+|-+$/g, '')
  if (name === '') return new Code('events')
  // Never the name of one of its own dependencies.
  return new Code(/(^|-)events$/.test(name) ? name : `${name}-events`)
}

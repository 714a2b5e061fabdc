import { Code } from '../../filters/code'
import type { GivenParameter, Host, Options, UserInterfaces } from '../options'
import { packVersion, RUNTIME_PACKAGE } from '../pack'
import type { Channel, Scaffold } from './view'

type Packages = Scaffold['dependencies']

/** Packages that a server needs on each host. */
const HOST_PACKAGES: Readonly<Record<Host, Packages>> = {
  express: [{ name: 'express', version: '^5.3.0' }],
  fetch: [
    { name: '@hono/node-server', version: '^2.1.9' },
    { name: 'hono', version: '^4.13.19' },
  ],
  node: [],
  fastify: [{ name: 'fastify', version: '^5.12.8' }],
}

/** Packages that the modules of each user interface import. */
const UI_PACKAGES: Readonly<Record<keyof UserInterfaces, Packages>> = {
  store: [],
  react: [{ name: 'react', version: '^19.3.1' }],
  vue: [{ name: 'vue', version: '^3.5.45' }],
  svelte: [{ name: 'svelte', version: '^5.57.3' }],
  angular: [{ name: '@angular/core', version: '^21.2.26' }],
  rxjs: [{ name: 'rxjs', version: '^7.8.2' }],
  share: [],
}

/** Data for the project of `scaffold=true`. */
export function buildScaffold(
  title: string,
  channels: readonly Channel[],
  options: Options,
): Scaffold {
  const server = channels.filter((channel) => channel.hasServer)
  const [host = 'express'] = options.host
  const hasClient = channels.some((channel) => channel.hasClient)
  const hosts = server.length > 0 ? options.host : []
  const models = server.flatMap(({ example }) => example.models)
  return {
    name: packageName(title),
    isEsm: options.importExtension !== 'none',
    usesTsExtensions: options.importExtension === 'ts',
    dependencies: dependencies(hasClient, hosts, options),
    devDependencies: [
      ...(hosts.includes('express') ? [{ name: '@types/express', version: '^5.0.6' }] : []),
      { name: '@types/node', version: '^22.20.5' },
      ...(hasClient && options.ui.react ? [{ name: '@types/react', version: '^19.3.0' }] : []),
      { name: 'typescript', version: '^6.0.3' },
    ],
    parameters: new Code(options.given.map(shellOption).join(' ')),
    usesExpress: host === 'express',
    usesFetch: host === 'fetch',
    usesNode: host === 'node',
    usesFastify: host === 'fastify',
    usesRouter: host === 'express' || host === 'fastify',
    hasCallableClient: channels.some(({ hasClient, example }) => hasClient && example.hasAllValues),
    hasSendableServer: server.some(({ isRequest, example }) => !isRequest && example.hasSamples),
    hasRequestServer: server.some(({ isRequest, example }) => isRequest && example.hasSamples),
    models: [...new Map(models.map((model) => [model.text, model])).values()],
  }
}

/** `-p name=value` for a POSIX shell. */
function shellOption({ name, value }: GivenParameter): string {
  const word = `${name}=${value.replaceAll(/\p{Cc}/gu, ' ')}`
  return `-p ${/^[\w.,:+=/-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`}`
}

function dependencies(hasClient: boolean, hosts: readonly Host[], options: Options): Packages {
  const interfaces = Object.entries(UI_PACKAGES) as [keyof UserInterfaces, Packages][]
  return [
    ...(options.usesRuntimePackage
      ? [{ name: RUNTIME_PACKAGE, version: `^${packVersion()}` }]
      : []),
    ...(hasClient && options.client === 'eventsource'
      ? [{ name: 'eventsource', version: '^4.1.1' }]
      : []),
    ...(hasClient
      ? interfaces.flatMap(([name, packages]) => (options.ui[name] ? packages : []))
      : []),
    ...hosts.flatMap((host) => HOST_PACKAGES[host]),
    ...(hosts.length > 0 && options.broker === 'redis'
      ? [{ name: 'redis', version: '^6.3.1' }]
      : []),
    ...(hosts.length > 0 && options.metrics === 'opentelemetry'
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

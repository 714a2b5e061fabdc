import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Router } from 'express'
import type { Hub, SendCallback, ServerOptions } from '../../runtime/server/support/express'
import type { ClientOptions, EventSourceError, Subscription } from '../../../runtime/fetch-client'
import { parseDocument } from '../../support/document'
import { scratchFolder } from '../../support/folder'
import { linkPackages } from '../../support/generator'
import { outputOf } from '../../support/output'

// The generated client and server of a channel with every kind of credential.

const key = (place: string): object => ({ type: 'httpApiKey', in: place, name: 'key' })

const SCHEMES = {
  token: { type: 'http', scheme: 'bearer' },
  login: { type: 'http', scheme: 'basic' },
  header: key('header'),
  query: key('query'),
  cookie: key('cookie'),
}

const DOCUMENT = {
  asyncapi: '2.6.0',
  info: { title: 'Peers', version: '1' },
  servers: {
    main: {
      url: 'example.com',
      protocol: 'https',
      security: Object.keys(SCHEMES).map((id) => ({ [id]: [] })),
    },
  },
  channels: {
    'rooms/{room}': {
      parameters: { room: { schema: { type: 'string' } } },
      subscribe: {
        message: {
          name: 'said',
          payload: {
            type: 'object',
            required: ['text'],
            properties: { text: { type: 'string' } },
          },
        },
      },
    },
  },
  components: { securitySchemes: SCHEMES },
}

export interface Said {
  text: string
}
export interface Room {
  room: string
}

export type Callback = (
  message: Said | null,
  parameters: unknown,
  error: string | undefined,
  details: { readonly id: string; readonly cause?: EventSourceError },
) => void | Promise<void>

/** As much of the generated client as is called. */
export interface PeerClient {
  listenForRoomsRoom(
    callback: Callback,
    parameters: Room,
    options: ClientOptions & { auth?: object; EventSource?: unknown },
  ): Subscription
}

/** As much of the generated server as is called. */
export interface PeerServer {
  registerSendRoomsRoom(
    router: Router,
    callback: SendCallback<{ said: Said }, Said, Room>,
    options?: ServerOptions<Room>,
  ): void
  createRoomsRoomHub(options?: object): Hub<{ said: Said }, Said, Room>
}

/** Writes the output into a folder of its own; gives the path of its `channels/`. */
export async function generatedPeers(client: 'fetch' | 'eventsource'): Promise<string> {
  const folder = scratchFolder()
  for (const [path, text] of Object.entries(
    outputOf(await parseDocument(DOCUMENT), { client, side: 'both' }),
  )) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  linkPackages(folder)
  return join(folder, 'channels')
}

export async function generatedClient(client: 'fetch' | 'eventsource'): Promise<PeerClient> {
  return (await import(join(await generatedPeers(client), 'event_source_client.ts'))) as PeerClient
}

export async function generatedServer(): Promise<PeerServer> {
  return (await import(
    join(await generatedPeers('fetch'), 'event_source_express.ts')
  )) as PeerServer
}

// What the blocks of code in docs/ take for granted around them on a server.
import type { Express, Request, Router } from 'express'
import type { Server } from 'node:http'

declare global {
  const app: Express
  const router: Router
  const roomId: string
  const key: Buffer
  const cert: Buffer
  const server: Server
  /** A hub of any channel. */
  const rooms: {
    close(): Promise<void>
    lastEventId(): Promise<string>
    readonly metrics: { readonly clients: number }
  }
  /** Any channel's descriptor. */
  const channel: never
  function mayRead(cookie: string | undefined, roomId: string): Promise<boolean>
  function isMember(req: Request, roomId: string): Promise<boolean>
  function save(roomId: string, user: { id: string; name: string }): Promise<void>
  function membersOf(roomId: string): Promise<{ id: string; name: string }[]>
  function changesOf(
    roomId: string,
    signal: AbortSignal,
  ): AsyncIterable<{ user: { id: string; name: string } }>
  /** As in prom-client. */
  class Gauge {
    constructor(options: { name: string; help: string; collect(this: Gauge): void })
    set(value: number): void
  }
}

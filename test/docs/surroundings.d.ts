// What the blocks of code in docs/ take for granted around them.
import type { Express, Request, Router } from 'express'
import type { Server } from 'node:http'

declare global {
  const app: Express
  const router: Router
  const roomId: string
  const key: Buffer
  const cert: Buffer
  const server: Server
  const controller: AbortController
  /** A hub of any channel. */
  const rooms: { close(): Promise<void>; readonly metrics: { readonly clients: number } }
  /** Any channel's descriptor. */
  const channel: never
  function isMember(req: Request, roomId: string): Promise<boolean>
  function changesOf(
    roomId: string,
    signal: AbortSignal,
  ): AsyncIterable<{ user: { id: string; name: string } }>
  /** As in prom-client. */
  class Gauge {
    constructor(options: { name: string; help: string; collect(this: Gauge): void })
    set(value: number): void
  }
  function token(): Promise<string>
  function show(message: unknown): void
}

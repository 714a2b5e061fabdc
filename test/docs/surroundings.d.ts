// What the blocks of code in docs/ take for granted around them.
import type { Express, Router } from 'express'

declare global {
  const app: Express
  const router: Router
  const roomId: string
  function token(): Promise<string>
  function show(message: unknown): void
}

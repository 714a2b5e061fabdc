import { createClient } from 'redis'
import { redisBroker } from './__gen__/runtime/redis'

declare const process: { readonly env: Readonly<Record<string, string | undefined>> }

const client = createClient({ url: process.env['REDIS_URL'] ?? '' })

/** All server processes on one Redis are one hub. */
export const broker = redisBroker(client)

export async function closeBroker(): Promise<void> {}

import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { scratch } from './folders'
import { CannotRun } from './matrix'
import { run, Running } from './processes'

/** Runs a function with its own Redis server, which stores nothing on disk. */
export async function withRedis<T>(use: (url: string) => Promise<T>): Promise<T> {
  await run('redis-server', ['--version']).catch(() => {
    throw new CannotRun('redis-server is not installed: apt-get install redis-server')
  })
  const port = await freePort()
  const redis = new Running('redis-server', [
    ...['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', scratch('redis')],
  ])
  try {
    await redis.printed(/Ready to accept connections/)
    return await use(`redis://127.0.0.1:${port}`)
  } finally {
    await redis.kill()
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** A running example of `npm run demo`. */
export interface Demo {
  readonly url: string
  stop(): Promise<void>
}

/** Builds an example and starts its server. @throws Error with the output of a demo that ends before it listens */
export async function startDemo(name: string): Promise<Demo> {
  const script = join(__dirname, '../../../scripts/demo.js')
  const demo = fork(script, [name], { env: { ...process.env, PORT: '0' }, silent: true })
  let printed = ''
  const url = await new Promise<string>((resolve, reject) => {
    demo.once('exit', () => reject(new Error(`the demo ended:\n${printed}`)))
    demo.stderr?.on('data', (chunk) => (printed += String(chunk)))
    demo.stdout?.on('data', (chunk) => {
      printed += String(chunk)
      const found = /http:\/\/\S+\n/.exec(printed)?.[0]
      if (found !== undefined) resolve(found.trim())
    })
  })
  return {
    url,
    async stop() {
      const end = once(demo, 'exit')
      demo.kill('SIGTERM')
      await end
    },
  }
}

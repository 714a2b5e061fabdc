import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { apis } from '../test/streams/apis'
import { loadClient } from '../test/streams/support/generated'
import { runStream } from '../test/streams/support/run-stream'

/**
 * `npm run streams -- <folder>`: generates the client of each document of a folder for which test/streams/apis has a
 * script, and runs each stream against a server that behaves as the API does: events, errors with JSON bodies, 429, and a
 * connection that is cut after each byte. Prints the streams that work, those that do not, and those left out.
 */
async function main([folder]: string[]): Promise<void> {
  if (folder === undefined) throw new Error('usage: npm run streams -- <folder>')
  const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name))
  const counts = { streams: 0, working: 0, events: 0, leftOut: 0 }
  for (const { file, streams, leftOut = {} } of apis) {
    const own = names.filter((name) => name.startsWith(file))
    // A document that the parser refuses has a repaired copy.
    const name = own.find((one) => one.includes('.repaired.')) ?? own[0]
    if (name === undefined) continue
    const client = await loadClient(join(folder, name))
    for (const stream of streams) {
      const faults = await runStream(client, stream, true)
      counts.streams += 1
      counts.events += stream.events.length
      if (faults.length === 0) counts.working += 1
      const { method, path } = stream
      const result = faults.length === 0 ? 'works' : `FAILS: ${faults.join('; ')}`
      console.log(`${name}: ${method} ${path} (${stream.events.length} events): ${result}`)
    }
    for (const [channel, reason] of Object.entries(leftOut)) {
      counts.leftOut += 1
      console.log(`${name}: ${channel} is left out: ${reason}`)
    }
  }
  const { streams, working, events, leftOut } = counts
  console.log(
    `${working} of ${streams} streams work, ${events} events, ${leftOut} channels left out`,
  )
  if (working < streams) process.exitCode = 1
}

void main(process.argv.slice(2))

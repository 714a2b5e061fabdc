// Generates from thousands of hostile documents: `npm run hostile [-- <count> [<seed>]]`. CI runs some hundreds as a test;
// this script takes hours.
import { checkBatch, type Breach } from '../test/security/support/batch'

const BATCH = 40

async function main(): Promise<void> {
  const count = Number(process.argv[2] ?? 10_000)
  const seed = Number(process.argv[3] ?? Date.now() % 1_000_000)
  console.log(`${count} documents, seed ${seed}`)
  const totals = { generated: 0, refused: 0, breaches: 0 }
  for (let done = 0; done < count; done += BATCH) {
    const result = await checkBatch(seed + done, Math.min(BATCH, count - done))
    totals.generated += result.generated
    totals.refused += result.refused
    totals.breaches += result.breaches.length
    for (const breach of result.breaches) complain(breach, seed + done)
    if ((done / BATCH) % 10 === 9) console.log(done + BATCH, JSON.stringify(totals))
  }
  console.log(
    `${totals.generated} generated, compiled and imported, ${totals.refused} refused with a reason, ${totals.breaches} bad`,
  )
  if (totals.breaches > 0) process.exitCode = 1
}

function complain({ input: { document, parameters }, error }: Breach, seed: number): void {
  console.error(`-- ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  console.error(`   seed ${seed}, ${JSON.stringify(parameters)}`)
  if (process.env['VERBOSE'] === '1') console.error(`   ${JSON.stringify(document)}`)
}

void main()

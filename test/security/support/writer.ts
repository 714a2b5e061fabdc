import { OUTPUTS, run } from './outputs'

/** Runs over one folder again and again, until it is killed. */
const folder = process.argv[2] ?? ''
process.send?.('ready')
for (let round = Number(process.argv[3]); ; round += 1) run(folder, OUTPUTS[round % 3] ?? {})

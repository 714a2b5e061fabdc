import { checkBatch } from './support/batch'

/** Enough for each hostile text to meet most places; `npm run hostile` runs 10 000 of them, from another seed each time. */
const BATCHES = 6
const BATCH = 40

test.each(Array.from({ length: BATCHES }, (_, index) => 1_000 * (index + 1)))(
  'hostile documents from seed %i: each output compiles, is harmless to import, stays in its folder, and is the same in a second run',
  async (seed) => {
    const { generated, refused, breaches } = await checkBatch(seed, BATCH)
    expect(
      breaches.map(({ input, error }) => `${String(error)}\n${JSON.stringify(input)}`),
    ).toEqual([])
    expect(generated + refused).toBe(BATCH)
    // A generator of documents that are all refused would prove nothing.
    expect(generated).toBeGreaterThan(BATCH / 2)
  },
)

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { RecentAddresses } from '../../../runtime/brokers/recent-addresses'
import { seededRandom } from '../../support/random'

describe('RecentAddresses', () => {
  it('remembers the same addresses as a list, after random changes', () => {
    const random = seededRandom(1)
    const below = (limit: number): number => Math.floor(random() * limit)
    const recent = new RecentAddresses<number>(50)
    let list: [string, number][] = []
    for (let n = 0; n < 20_000; n++) {
      const address = `/rooms/${below(120)}`
      const change = below(1000)
      if (change === 0) {
        recent.clear()
        list = []
      } else if (change < 200) {
        recent.delete(address)
        list = list.filter(([other]) => other !== address)
      } else {
        const forgotten = recent.set(address, n)
        list = [...list.filter(([other]) => other !== address), [address, n]]
        expect(forgotten).toBe(list.length > 50 ? list.shift()?.[1] : undefined)
      }
      const asked = `/rooms/${below(120)}`
      expect(recent.get(asked)).toBe(list.find(([other]) => other === asked)?.[1])
      expect(recent.has(asked)).toBe(list.some(([other]) => other === asked))
    }
  })

  it.each([
    ['that has space', 3],
    ['that is full', 2],
  ])('releases the values that were replaced, with a limit %s', async (_, addresses) => {
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    const limit = 2000
    const recent = new RecentAddresses<object>(limit)
    const isFull = addresses === 2
    if (isFull) for (let n = 0; n <= limit; n++) recent.set(`/old/${n}`, {})
    const replaced: WeakRef<object>[] = []
    for (let n = 0; n < 10 * limit; n++) {
      const value = {}
      if (n < 100) replaced.push(new WeakRef(value))
      recent.set(`/rooms/${n % addresses}`, value)
    }
    // A WeakRef keeps its value until the end of the turn in which it was created.
    await new Promise(setImmediate)
    collectGarbage()
    const kept = replaced.filter((each) => each.deref() !== undefined)
    expect(kept).toHaveLength(0)
    expect(recent.has('/rooms/0')).toBe(true)
  })
})

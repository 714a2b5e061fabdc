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
})

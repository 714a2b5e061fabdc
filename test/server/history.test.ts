import * as fc from 'fast-check'
import type { Entry } from '../../runtime/broker'
import { compareIds, isEventId } from '../../runtime/event-id'
import { History } from '../../runtime/history'
import { Queue } from '../../runtime/queue'
import { Tails } from '../../runtime/tails'

const START = '7-0'
const NEVER = { maxAge: Infinity, maxBytes: Infinity }

describe('The history', () => {
  it('gives a client all it missed, or says that it cannot: never neither, never more', () => {
    const address = fc.constantFrom('a', 'b', 'c', '__proto__')
    fc.assert(
      fc.property(
        fc.array(address, { maxLength: 60 }),
        fc.integer({ min: 1, max: 12 }),
        address,
        fc.nat(60),
        (published, maxEvents, room, at) => {
          const history = new History({ maxEvents, ...NEVER }, START)
          const tails = new Tails(100, START)
          const entries = published.map((to, index): Entry => {
            const id = `7-${index + 1}`
            const entry = { id, prev: tails.get(to), address: to, event: '', data: id }
            tails.set(to, id)
            return entry
          })
          for (const entry of entries) {
            history.append(entry, 0)
            history.trim(0)
          }
          const last = `7-${Math.min(at, published.length)}`
          const missed = entries
            .filter(({ address, id }) => address === room && compareIds(id, last) > 0)
            .map(({ id }) => id)
          const resume = history.resume(room, last)
          if (resume === null) throw new Error(`${last} is not ahead`)
          const log = history.pin(room)
          const got: string[] = []
          for (let cursor = resume.cursor; cursor < log.end; cursor++) {
            const event = log.at(cursor)
            expect(event?.afterGap).toBe(false)
            got.push(event?.id ?? '')
          }
          expect(got).toEqual(missed.slice(missed.length - got.length))
          expect(resume.gap).toBe(got.length < missed.length)
        },
      ),
    )
  })

  it('knows what is ahead of it', () => {
    const history = new History({ maxEvents: 10, ...NEVER }, START)
    expect(history.resume('a', '7-1')).toBeNull()
    expect(history.resume('a', '7-0')).toEqual({ cursor: 0, gap: false })
  })

  it('drops what is too old, too many or too large, but for the newest', () => {
    const entry = (n: number): Entry => ({
      id: `7-${n}`,
      prev: `7-${n - 1}`,
      address: 'a',
      event: '',
      data: 'x'.repeat(100),
    })
    const history = new History({ maxEvents: 3, maxBytes: 250, maxAge: 10 }, START)
    const log = history.pin('a')
    for (let n = 1; n <= 5; n++) history.append(entry(n), n)
    history.trim(5)
    expect([log.first, log.end]).toEqual([3, 5])
    history.trim(14.5)
    expect([log.first, log.end]).toEqual([4, 5])
    history.trim(16)
    expect([log.first, log.end]).toEqual([5, 5])
    expect(history.resume('a', '7-4')).toEqual({ cursor: 5, gap: true })
    expect(history.resume('a', '7-5')).toEqual({ cursor: 5, gap: false })
  })
})

describe('Ids', () => {
  it.each(['1-1', '0-0', '1795366015739278-12'])('%s is one', (id) => {
    expect(isEventId(id)).toBe(true)
  })

  it.each(['', '1', '-1-1', '1-', '-1', 'a-1', '1-1 ', '1-1\n', '١-١', '1'.repeat(17) + '-1'])(
    '%j is none',
    (id) => {
      expect(isEventId(id)).toBe(false)
    },
  )

  it.each([
    ['9-1', '10-0'],
    ['9-9', '9-10'],
    ['1-0', '1-1'],
  ])('%s comes before %s', (a, b) => {
    expect(compareIds(a, b)).toBeLessThan(0)
    expect(compareIds(b, a)).toBeGreaterThan(0)
    expect(compareIds(a, a)).toBe(0)
  })
})

describe('Tails', () => {
  it('forget the address that was quiet for longest, and answer with an id that is not older', () => {
    const tails = new Tails(2)
    tails.set('a', '7-1')
    tails.set('b', '7-2')
    tails.set('a', '7-3')
    tails.set('c', '7-4')
    expect(['a', 'b', 'c', 'd'].map((address) => tails.get(address))).toEqual([
      '7-3',
      '7-2',
      '7-4',
      '7-2',
    ])
  })
})

describe('A queue', () => {
  it('is what an array is', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(), fc.constant('shift'))), (steps) => {
        const queue = new Queue<number | string>()
        const array: (number | string)[] = []
        for (const step of steps) {
          if (step === 'shift') {
            expect(queue.shift()).toBe(array.shift())
          } else {
            queue.push(step)
            array.push(step)
          }
          expect(queue.length).toBe(array.length)
          expect(queue.at(0)).toBe(array[0])
          expect(queue.at(array.length - 1)).toBe(array.at(-1))
        }
      }),
    )
  })
})

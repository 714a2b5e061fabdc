import * as fc from 'fast-check'
import type { BrokerEvent } from '../../../runtime/brokers/broker'
import { LastEventIds, compareIds, isEventId } from '../../../runtime/brokers/event-ids'
import { History } from '../../../runtime/hub/history'
import { Queue } from '../../../runtime/hub/address-log'

const START = '7-0'
const NEVER = { maxAge: Infinity, maxBytes: Infinity, maxEventsPerRoom: Infinity }
const ADDRESSES = 100_000

describe('The history', () => {
  it('sends all missed events or a gap: never neither, never more', () => {
    const address = fc.constantFrom('a', 'b', 'c', '__proto__')
    fc.assert(
      fc.property(
        fc.array(address, { maxLength: 60 }),
        fc.integer({ min: 1, max: 12 }),
        address,
        fc.nat(60),
        (published, maxEvents, room, at) => {
          const history = new History({ maxEvents, ...NEVER }, START, ADDRESSES)
          const tails = new LastEventIds(100, START)
          const entries = published.map((to, index): BrokerEvent => {
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
          const resume = history.resumeFromId(room, last)
          if (resume === null) throw new Error(`${last} is not ahead`)
          const log = history.retain(room)
          const got: string[] = []
          for (let cursor = resume.cursor; cursor < log.end; cursor++) {
            const event = log.at(cursor)
            expect(event?.isAfterGap).toBe(false)
            got.push(event?.id ?? '')
          }
          expect(got).toEqual(missed.slice(missed.length - got.length))
          expect(resume.hasGap).toBe(got.length < missed.length)
        },
      ),
    )
  })

  it('recognizes ids that are ahead of it', () => {
    const history = new History({ maxEvents: 10, ...NEVER }, START, ADDRESSES)
    expect(history.resumeFromId('a', '7-1')).toBeNull()
    expect(history.resumeFromId('a', '7-0')).toEqual({ cursor: 0, hasGap: false })
  })

  it('drops what is too old, too many or too large, but for the newest', () => {
    const entry = (n: number): BrokerEvent => ({
      id: `7-${n}`,
      prev: `7-${n - 1}`,
      address: 'a',
      event: '',
      data: 'x'.repeat(100),
    })
    const history = new History(
      { ...NEVER, maxEvents: 3, maxBytes: 250, maxAge: 10 },
      START,
      ADDRESSES,
    )
    const log = history.retain('a')
    for (let n = 1; n <= 5; n++) history.append(entry(n), n)
    history.trim(5)
    expect([log.first, log.end]).toEqual([3, 5])
    history.trim(14.5)
    expect([log.first, log.end]).toEqual([4, 5])
    history.trim(16)
    expect([log.first, log.end]).toEqual([5, 5])
    expect(history.resumeFromId('a', '7-4')).toEqual({ cursor: 5, hasGap: true })
    expect(history.resumeFromId('a', '7-5')).toEqual({ cursor: 5, hasGap: false })
  })
})

describe('Ids', () => {
  it.each(['1-1', '0-0', '1795366015739278-12'])('%s is one', (id) => {
    expect(isEventId(id)).toBe(true)
  })

  it.each(['', '1', '-1-1', '1-', '-1', 'a-1', '1-1 ', '1-1\n', '١-١', '1'.repeat(17) + '-1'])(
    '%j is not an id',
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

describe('LastEventIds', () => {
  it('forget the address that was quiet for longest, and answer with an id that is not older', () => {
    const tails = new LastEventIds(2)
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

import { classifyId, compareIds, isEventId, markOf } from '../../../runtime/brokers/event-ids'

const EPOCHS = [
  { mark: 'a', start: '100-0' },
  { mark: 'b', start: '130-20' },
  { mark: 'c', start: '130-25' },
]

describe('classifyId', () => {
  it.each([
    ['120-7-a', 'known'],
    ['130-20-a', 'known'],
    ['130-21-a', 'lost'],
    ['999-21-a', 'lost'],
    ['130-25-b', 'known'],
    ['131-26-b', 'lost'],
    ['131-26-c', 'known'],
    ['999-999-c', 'known'],
    ['120-7-d', 'unknown'],
    ['120-7', 'unknown'],
  ])('classifies %s as %s', (id, expected) => {
    expect(classifyId(EPOCHS, id)).toBe(expected)
  })

  it('recognizes no id without epochs', () => {
    expect(classifyId([], '120-7-a')).toBe('unknown')
  })
})

describe('Event ids with a mark', () => {
  it.each(['1-2', '1-2-a', '1-2-0123456789abcdef'])('accepts %s', (id) => {
    expect(isEventId(id)).toBe(true)
  })

  it.each(['1-2-', '1-2-A', '1-2-a-b', '1-2-0123456789abcdef0', '1-2-é'])('refuses %s', (id) => {
    expect(isEventId(id)).toBe(false)
  })

  it('compares the numbers only', () => {
    expect(compareIds('5-10-a', '5-9-b')).toBeGreaterThan(0)
    expect(compareIds('5-10-a', '5-10-b')).toBe(0)
    expect(compareIds('4-11', '5-10-b')).toBeLessThan(0)
  })

  it('reads the mark', () => {
    expect(markOf('5-10-a1')).toBe('a1')
    expect(markOf('5-10')).toBe('')
  })
})

import { camelName, identifier, Names, pascalName } from '../../filters/naming'

describe('pascalName', () => {
  test.each([
    { given: 'user/signedup', want: 'UserSignedup' },
    { given: 'rooms/{roomId}/events', want: 'RoomsRoomIdEvents' },
    { given: '/rooms/{roomId}/{resource}', want: 'RoomsRoomIdResource' },
    { given: 'user-id', want: 'UserId' },
    { given: 'userSignedUp', want: 'UserSignedUp' },
    { given: 'HTTPServer', want: 'HTTPServer' },
    { given: '404-errors', want: '_404Errors' },
    { given: 'größe/überblick', want: 'GrößeÜberblick' },
    { given: 'straße', want: 'Straße' },
    { given: 'ßharp', want: 'ßharp' },
    { given: '订单/创建', want: '订单创建' },
    { given: 'con', want: 'Con_' },
    { given: 'lpt1', want: 'Lpt1_' },
    { given: '***', want: '' },
    { given: '\ud800', want: '' },
    { given: '__proto__', want: 'Proto' },
    { given: 'e\u0301tat', want: 'État' },
  ])('$given becomes $want', ({ given, want }) => {
    expect(pascalName(given)).toBe(want)
  })

  test('a name of 10 kB is cut, and two that differ at their ends stay apart', () => {
    const long = 'a'.repeat(10_000)
    expect(Buffer.byteLength(pascalName(long))).toBeLessThanOrEqual(120)
    expect(pascalName(`${long}1`)).not.toBe(pascalName(`${long}2`))
  })

  test('a long name is cut between characters', () => {
    expect(pascalName('😀語'.repeat(200))).toMatch(/^[語]+_[0-9a-f]{8}$/)
  })
})

describe('camelName', () => {
  test.each([
    { given: 'UserSignedup', want: 'userSignedup' },
    { given: 'class', want: 'class_' },
    { given: 'delete/all', want: 'deleteAll' },
    { given: '2nd', want: '_2nd' },
  ])('$given becomes $want', ({ given, want }) => {
    expect(camelName(given)).toBe(want)
  })
})

describe('identifier', () => {
  test.each([
    { given: 'room_id', want: 'room_id' },
    { given: '$ref', want: '$ref' },
    { given: 'user-id', want: 'userId' },
    { given: 'new', want: 'new_' },
    { given: '', want: 'unnamed' },
  ])('$given becomes $want', ({ given, want }) => {
    expect(identifier(given).text).toBe(want)
  })
})

describe('Names', () => {
  function names(reserved: string[] = []): { names: Names; told: string[] } {
    const told: string[] = []
    return { names: new Names(reserved, (message) => told.push(message)), told }
  }

  test('gives the wanted name, without a word, where it is free', () => {
    const { names: given, told } = names()
    expect(given.claim('order-created', 'Orders')).toBe('OrderCreated')
    expect(told).toEqual([])
  })

  test('puts the prefix in front of a name that is taken, and tells', () => {
    const { names: given, told } = names()
    given.claim('Created', 'Orders')
    expect(given.claim('created', 'Invoices')).toBe('InvoicesCreated')
    expect(told).toEqual(['the name "Created" became "InvoicesCreated" (taken)'])
  })

  test('counts where the prefix does not help', () => {
    const { names: given } = names()
    expect([given.claim('A'), given.claim('A'), given.claim('A')]).toEqual(['A', 'A2', 'A3'])
  })

  test('keeps names apart that differ by case alone, for file systems that do not', () => {
    const { names: given, told } = names()
    given.claim('userID')
    expect(given.claim('userId')).toBe('UserId2')
    expect(told).toEqual(['the name "UserId" became "UserId2" (clashes with "UserID")'])
  })

  test('keeps derived names free', () => {
    const { names: given } = names()
    given.claim('User')
    expect(given.claim('UserInterface')).toBe('UserInterface2')
    given.claim('OrderInterface')
    expect(given.claim('Order')).toBe('Order2')
  })

  test('does not give reserved names', () => {
    const { names: given } = names(['Error'])
    expect(given.claim('error', 'Jobs')).toBe('JobsError')
  })
})

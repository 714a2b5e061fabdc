import {
  camel,
  camelName,
  identifier,
  NameRegistry,
  pascal,
  pascalName,
} from '../../filters/naming'

describe('pascalName', () => {
  test.each([
    { given: 'user/signedup', want: 'UserSignedup' },
    { given: 'rooms/{roomId}/events', want: 'RoomsRoomIdEvents' },
    { given: '/rooms/{roomId}/{resource}', want: 'RoomsRoomIdResource' },
    { given: 'user-id', want: 'UserId' },
    { given: 'userSignedUp', want: 'UserSignedUp' },
    { given: 'HTTPServer', want: 'HTTPServer' },
    { given: 'user-ID', want: 'UserID' },
    { given: 'AUTHORIZATION_REVOCATION', want: 'AuthorizationRevocation' },
    { given: 'case-study-COSTING-REQUEST-2', want: 'CaseStudyCostingRequest2' },
    { given: 'ÄPFEL_ÖL', want: 'ÄpfelÖl' },
    { given: 'streetlights/1/0/action', want: 'Streetlights1_0Action' },
    { given: 'v1.0', want: 'V1_0' },
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
    { given: 'हिन्दी', want: 'हिन्दी' },
    { given: 'henry Ⅷ', want: 'HenryⅧ' },
    // Its capital is a letter since Unicode 16, so older compilers do not accept it in a name.
    { given: '\u0264x', want: '\u0264x' },
  ])('$given becomes $want', ({ given, want }) => {
    expect(pascalName(given)).toBe(want)
  })

  // Windows has devices of these names, in any folder and whatever the extension.
  test.each([
    ...['con', 'PRN', 'aux', 'Nul'],
    ...['com0', 'com1', 'COM9', 'lpt0', 'lpt1', 'LPT9'],
    ...['com¹', 'lpt²', 'com³'],
  ])('%s is no name of a file', (given) => {
    expect(pascalName(given)).not.toMatch(/^(?:con|prn|aux|nul|(?:com|lpt)[\d¹²³])$/i)
  })

  test.each(['Com', 'Lpt', 'Com10', 'Console'])('%s is one', (given) => {
    expect(pascalName(given)).toBe(given)
  })

  test('a name of 10 kB is cut, and two that differ at their ends remain different', () => {
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
    { given: '/user/signedup', want: 'userSignedup' },
    { given: '***', want: '' },
  ])('$given becomes $want', ({ given, want }) => {
    expect(camelName(given)).toBe(want)
  })
})

test.each([
  { given: 'user-id', want: ['UserId', 'userId'] },
  { given: '***', want: ['Unnamed', 'unnamed'] },
])('pascal and camel of $given', ({ given, want }) => {
  expect([pascal(given).text, camel(given).text]).toEqual(want)
})

describe('identifier', () => {
  test.each([
    { given: 'room_id', want: 'room_id' },
    { given: '$ref', want: '$ref' },
    { given: 'user-id', want: 'userId' },
    { given: 'new', want: 'new_' },
    { given: '', want: 'unnamed' },
    { given: '_id', want: '_id' },
    { given: 'a$1', want: 'a$1' },
    // A letter since Unicode 16: older compilers refuse it.
    { given: '\u1c89a', want: 'a' },
  ])('$given becomes $want', ({ given, want }) => {
    expect(identifier(given).text).toBe(want)
  })

  test('a name of 10 kB is cut', () => {
    expect(identifier('a'.repeat(10_000)).text).toMatch(/^a{111}_[0-9a-f]{8}$/)
  })
})

describe('Names', () => {
  function names(reserved: string[] = []): { names: NameRegistry; messages: string[] } {
    const messages: string[] = []
    return { names: new NameRegistry(reserved, (message) => messages.push(message)), messages }
  }

  test('returns the requested name without a report if it is free', () => {
    const { names: given, messages } = names()
    expect(given.allocate('order-created', 'Orders')).toBe('OrderCreated')
    expect(messages).toEqual([])
  })

  test('adds the prefix to a name that is taken, and reports it', () => {
    const { names: given, messages } = names()
    given.allocate('Created', 'Orders')
    expect(given.allocate('created', 'Invoices')).toBe('InvoicesCreated')
    expect(messages).toEqual([
      'the name "Created" became "InvoicesCreated" (another model or channel has this name)',
    ])
  })

  test('adds a number if the prefix gives no free name', () => {
    const { names: given } = names()
    expect([given.allocate('A'), given.allocate('A'), given.allocate('A')]).toEqual([
      'A',
      'A2',
      'A3',
    ])
  })

  test('does not repeat the prefix', () => {
    const { names: given } = names()
    given.allocate('OrdersCreated')
    expect(given.allocate('OrdersCreated', 'Orders')).toBe('OrdersCreated2')
  })

  test('adds a number if the name with the prefix is taken too', () => {
    const { names: given } = names(['Created', 'OrdersCreated'])
    expect(given.allocate('Created', 'Orders')).toBe('OrdersCreated2')
  })

  test('a prefix that begins with a digit is a name before it is a prefix', () => {
    const { names: given } = names(['Created'])
    expect(given.allocate('Created', '404')).toBe('_404Created')
  })

  test('has a name for what has none', () => {
    const { names: given } = names()
    expect([given.allocate('***'), given.allocate('')]).toEqual(['Unnamed', 'Unnamed2'])
  })

  test('a number does not turn a name into that of a device', () => {
    const { names: given } = names()
    expect([given.allocate('com'), given.allocate('com'), given.allocate('com')]).toEqual([
      'Com',
      'Com2_',
      'Com3_',
    ])
  })

  // File systems differ in which names are equal. macOS folds all of these but the last; its names look the same.
  test.each([
    { kind: 'capital and small', one: 'UserID', other: 'UserId' },
    { kind: 'one capital of two small letters', one: 'Straße', other: 'Strasse' },
    { kind: 'a ligature', one: 'Proﬁle', other: 'Profile' },
    { kind: 'two small letters of one capital', one: 'Buſ', other: 'Bus' },
    { kind: 'final and other sigma', one: 'Λόγος', other: 'Λόγοσ' },
    { kind: 'a capital with a dot', one: 'Xİ', other: 'Xi\u0307' },
    { kind: 'the sign for kelvin', one: 'x\u212a', other: 'xk' },
    { kind: 'full width', one: 'ＡＢ', other: 'AB' },
  ])('keeps $one and $other apart: $kind', ({ one, other }) => {
    const { names: given, messages } = names()
    given.allocate(one)
    expect(given.allocate(other)).toBe(`${pascalName(other)}2`)
    expect(messages).toHaveLength(1)
  })

  test('keeps names apart that differ by case alone, for file systems that do not', () => {
    const { names: given, messages } = names()
    given.allocate('userID')
    expect(given.allocate('userId')).toBe('UserId2')
    expect(messages).toEqual(['the name "UserId" became "UserId2" (clashes with "UserID")'])
  })

  test('keeps derived names free', () => {
    const { names: given, messages } = names()
    given.allocate('User')
    expect(given.allocate('UserInterface')).toBe('UserInterface2')
    given.allocate('OrderInterface')
    expect(given.allocate('Order')).toBe('Order2')
    expect(messages).toEqual([
      'the name "UserInterface" became "UserInterface2" (another model or channel has this name)',
      'the name "Order" became "Order2" (derived names clash)',
    ])
  })

  test('does not give reserved names', () => {
    const { names: given } = names(['Error'])
    expect(given.allocate('error', 'Jobs')).toBe('JobsError')
  })
})

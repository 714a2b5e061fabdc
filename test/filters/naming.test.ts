import { camel, camelName, identifier, Names, pascal, pascalName } from '../../filters/naming'

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
    { given: 'हिन्दी', want: 'हिन्दी' },
    { given: 'henry Ⅷ', want: 'HenryⅧ' },
    // Its capital is Unicode 16's, which compilers of before do not take for a letter.
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
    // A letter of Unicode 16: compilers of before refuse it.
    { given: '\u1c89a', want: 'a' },
  ])('$given becomes $want', ({ given, want }) => {
    expect(identifier(given).text).toBe(want)
  })

  test('a name of 10 kB is cut', () => {
    expect(identifier('a'.repeat(10_000)).text).toMatch(/^a{111}_[0-9a-f]{8}$/)
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

  test('does not say the prefix twice', () => {
    const { names: given } = names()
    given.claim('OrdersCreated')
    expect(given.claim('OrdersCreated', 'Orders')).toBe('OrdersCreated2')
  })

  test('counts where the name with the prefix is taken as well', () => {
    const { names: given } = names(['Created', 'OrdersCreated'])
    expect(given.claim('Created', 'Orders')).toBe('OrdersCreated2')
  })

  test('a prefix that begins with a digit is a name before it is a prefix', () => {
    const { names: given } = names(['Created'])
    expect(given.claim('Created', '404')).toBe('_404Created')
  })

  test('has a name for what has none', () => {
    const { names: given } = names()
    expect([given.claim('***'), given.claim('')]).toEqual(['Unnamed', 'Unnamed2'])
  })

  test('a number does not make the name of a device', () => {
    const { names: given } = names()
    expect([given.claim('com'), given.claim('com'), given.claim('com')]).toEqual([
      'Com',
      'Com2_',
      'Com3_',
    ])
  })

  // File systems differ in what they take for the same name; macOS folds all of these but the last, which nobody can tell apart.
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
    const { names: given, told } = names()
    given.claim(one)
    expect(given.claim(other)).toBe(`${pascalName(other)}2`)
    expect(told).toHaveLength(1)
  })

  test('keeps names apart that differ by case alone, for file systems that do not', () => {
    const { names: given, told } = names()
    given.claim('userID')
    expect(given.claim('userId')).toBe('UserId2')
    expect(told).toEqual(['the name "UserId" became "UserId2" (clashes with "UserID")'])
  })

  test('keeps derived names free', () => {
    const { names: given, told } = names()
    given.claim('User')
    expect(given.claim('UserInterface')).toBe('UserInterface2')
    given.claim('OrderInterface')
    expect(given.claim('Order')).toBe('Order2')
    expect(told).toEqual([
      'the name "UserInterface" became "UserInterface2" (taken)',
      'the name "Order" became "Order2" (derived names clash)',
    ])
  })

  test('does not give reserved names', () => {
    const { names: given } = names(['Error'])
    expect(given.claim('error', 'Jobs')).toBe('JobsError')
  })
})

import { Code } from '../../filters/code'
import { json, literal, member, propertyName, regexp } from '../../filters/literals'
import { HOSTILE } from '../support/hostile'

function evaluate(expression: string): unknown {
  return new Function(`'use strict'; return (${expression})`)() as unknown
}

describe('literal', () => {
  test.each(HOSTILE)('%j evaluates to the original text', (text) => {
    expect(evaluate(literal(text).text)).toBe(text)
  })

  test.each(HOSTILE)('%j is harmless in comments, template literals and scripts', (text) => {
    const { text: printed } = literal(text)
    expect(printed).toMatch(
      /^(?:'(?:[^'\\\r\n\u2028\u2029]|\\.)*'|"(?:[^"\\\r\n\u2028\u2029]|\\.)*")$/,
    )
    expect(printed.slice(1, -1)).not.toMatch(/\*\/|\/\*|<\/|<!|`|(?<!\\)\$\{|\{\{/)
    expect(printed).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
  })

  test('readable text stays readable', () => {
    expect(literal('Grüße, 世界 – it’s').text).toBe("'Grüße, 世界 – it’s'")
  })

  test('a name is a text, too', () => {
    expect(literal(new Code('RoomId')).text).toBe("'RoomId'")
  })

  // The formatter would change others, and so would every run after it.
  test.each([
    { given: 'plain', want: `'plain'` },
    { given: `it's`, want: `"it's"` },
    { given: '"quoted"', want: `'"quoted"'` },
    { given: `it's "quoted"`, want: String.raw`'it\'s "quoted"'` },
  ])('$given needs few escapes', ({ given, want }) => {
    expect(literal(given).text).toBe(want)
    expect(evaluate(want)).toBe(given)
  })

  test.each([
    { kind: 'a backtick', character: '`' },
    { kind: 'a backslash', character: '\\' },
    { kind: 'a control', character: '\u0007' },
    { kind: 'a format', character: '\u202e' },
    { kind: 'a format beyond U+FFFF', character: '\u{e0041}' },
    { kind: 'a lone surrogate', character: '\ud800' },
    { kind: 'a private character', character: '\ue000' },
    { kind: 'an unassigned character', character: '\u0378' },
    { kind: 'a line separator', character: '\u2028' },
    { kind: 'a paragraph separator', character: '\u2029' },
  ])('$kind is escaped, and comes back', ({ character }) => {
    const printed = literal(`a${character}b`).text
    expect(printed).toMatch(/^'a\\[\\xu0-9a-f]+b'$/)
    expect(evaluate(printed)).toBe(`a${character}b`)
  })

  test('anything but text is refused', () => {
    expect(() => literal(undefined)).toThrow('literal takes a string, not undefined')
    expect(() => literal(null)).toThrow('literal takes a string, not null')
    expect(() => literal(1)).toThrow('literal takes a string, not number')
  })
})

describe('json', () => {
  test.each([
    [null],
    [true],
    [0],
    [-1.5e300],
    ['text'],
    [`it's "quoted"`],
    [Infinity],
    [-Infinity],
    [Number.NaN],
    [undefined],
    [[1, [2, {}], 'a']],
    [{ a: 1, 'b-c': [null], constructor: 1, 'quo"te': '`' }],
  ])('%j evaluates to the original text', (value) => {
    expect(evaluate(json(value).text)).toEqual(value)
  })

  test.each(HOSTILE)('%j is harmless in comments, template literals and scripts', (text) => {
    expect(json([text]).text).toBe(`[${literal(text).text}]`)
  })

  test.each([
    { given: undefined, want: 'undefined' },
    { given: {}, want: '{}' },
    { given: [], want: '[]' },
    { given: { a: {} }, want: '{ a: {} }' },
  ])('$given is $want', ({ given, want }) => {
    expect(json(given).text).toBe(want)
  })

  test('keeps minus zero', () => {
    expect(Object.is(evaluate(json(-0).text), -0)).toBe(true)
  })

  test('__proto__ is an own property', () => {
    const value = evaluate(json(JSON.parse('{"__proto__":{"polluted":true}}')).text) as object
    expect(Object.keys(value)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })
})

describe('propertyName', () => {
  test.each([
    { given: 'name', want: 'name' },
    { given: 'user-id', want: "'user-id'" },
    { given: 'delete', want: 'delete' },
    { given: '', want: "''" },
    { given: '1', want: "'1'" },
    { given: 'Name', want: 'Name' },
    { given: '_id', want: '_id' },
    { given: '$ref', want: '$ref' },
    { given: 'a$1', want: 'a$1' },
    { given: new Code('RoomId'), want: 'RoomId' },
    { given: '__proto__', want: "['__proto__']" },
    { given: 'constructor', want: 'constructor' },
    { given: 'größe', want: "'größe'" },
  ])('$given becomes $want', ({ given, want }) => {
    expect(propertyName(given).text).toBe(want)
  })
})

describe('member', () => {
  test.each([
    { given: 'name', want: '.name' },
    { given: 'user-id', want: "['user-id']" },
    { given: '1', want: "['1']" },
    { given: 'größe', want: "['größe']" },
    { given: '__proto__', want: '.__proto__' },
  ])('$given is read as $want', ({ given, want }) => {
    expect(member(given).text).toBe(want)
  })

  test('no name leaves the brackets', () => {
    const name = `'];throw new Error("\u2028");['`
    expect(evaluate(`({ [${literal(name).text}]: 1 })${member(name).text}`)).toBe(1)
  })
})

describe('regexp', () => {
  test('prints what it was given, in ASCII', () => {
    const expression = /^\/a[/\]]é\u2028$/i
    const printed = regexp(expression).text
    expect(printed).toMatch(/^[\x20-\x7e]+$/)
    expect(evaluate(printed)).toEqual(new RegExp(String.raw`^\/a[/\]]\xe9\u2028$`, 'i'))
  })

  test('text is refused', () => {
    expect(() => regexp('/x/')).toThrow('regexp takes a RegExp')
  })
})

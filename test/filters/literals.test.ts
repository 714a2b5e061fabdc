import { json, key, literal, regexp } from '../../filters/literals'
import { HOSTILE } from '../support/hostile'

function evaluate(expression: string): unknown {
  return new Function(`'use strict'; return (${expression})`)() as unknown
}

describe('literal', () => {
  test.each(HOSTILE)('%j comes back as it was', (text) => {
    expect(evaluate(literal(text).text)).toBe(text)
  })

  test.each(HOSTILE)('%j does no harm in the wrong place', (text) => {
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
    [[1, [2, {}], 'a']],
    [{ a: 1, 'b-c': [null], constructor: 1, 'quo"te': '`' }],
  ])('%j comes back as it was', (value) => {
    expect(evaluate(json(value).text)).toEqual(value)
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

describe('key', () => {
  test.each([
    { given: 'name', want: 'name' },
    { given: 'user-id', want: "'user-id'" },
    { given: 'delete', want: 'delete' },
    { given: '', want: "''" },
    { given: '1', want: "'1'" },
    { given: '__proto__', want: "['__proto__']" },
    { given: 'constructor', want: 'constructor' },
    { given: 'größe', want: "'größe'" },
  ])('$given becomes $want', ({ given, want }) => {
    expect(key(given).text).toBe(want)
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

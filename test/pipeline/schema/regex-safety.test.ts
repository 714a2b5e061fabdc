import { regexRisk, type RegexRisk } from '../../../pipeline/schema/regex-safety'
import { readPattern } from '../../../pipeline/schema/read-keywords'

function riskOf(source: string): RegexRisk | undefined {
  const pattern = readPattern(source)
  return pattern && regexRisk(pattern)
}

describe('the running time of an expression', () => {
  test.each([
    '^(a+)+$',
    '^(?:a*)*$',
    '^(\\w+\\s?)*$',
    '^(a|aa)+$',
    '^(a|a)*$',
    '^(a|a?)+$',
    '^([a-zA-Z]+)*$',
    '^(.*a){20}$',
    '^(a?){30}a{30}$',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '^(?:(?:a?|b?)c)*$',
    '^([\\w-]+\\.?)+@x$',
    '^(\\d+(?:,\\d*)?)*;$',
    '^(?=(x+x+)+y)',
    '^(a{1,100})+$',
    '^([^"]|.)*"$',
    '^(?:a|\\u0061)*$',
    '^(?:\\p{L}|é)*$',
    '^#(?:[0-9a-f]|[0-9a-f]{2})+$',
    `^${'a?'.repeat(30)}b$`,
    `^${'[a-z]?[a-c]?'.repeat(12)}9$`,
    `^${'(a?){3}'.repeat(9)}b$`,
    '^(((a?){3}){3}){3}b$',
    `^${'a*'.repeat(20)}b$`,
  ])('is exponential for %s', (source) => {
    expect(riskOf(source)).toBe('exponential')
  })

  test.each([
    '^a*a*$',
    '\\s+$',
    '[a-z]+@',
    '^\\d+\\d+$',
    '^.*foo.*$',
    '^(?:a+b)*c+c*d$',
    '(?=.*x)y',
    '^(?:(?=.*x)a)*$',
    '^(?:\\w+\\.)*\\w+@\\w+\\.?\\w+$',
    '^\\p{L}+[a-zé]+$',
  ])('is polynomial for %s', (source) => {
    expect(riskOf(source)).toBe('polynomial')
  })

  test.each([
    'foo',
    '^(?:a|b){64}$',
    `^${'a?b?c?d?'.repeat(1)}$`,
    '^\\+?\\d{1,3}[ -]?\\d{2,4}[ -]?\\d{2,4}[ -]?\\d{2,4}$',
    '^[a-z0-9-]+$',
    '^[a-z]+(?:-[a-z]+)*$',
    '^\\p{L}+(?: \\p{L}+)*$',
    '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
    '[0-9a-f]{64}',
    '\\d+',
    '^\\d{1,20}\\d{1,20}$',
    '^(?:a+b)+$',
    '^(a+)+',
    '^(?=.*[a-z])(?=.*\\d).{8,}$',
    '^(?!.*\\.\\.)[a-z.]+$',
    '^#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$',
    '^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.|$)){4}$',
    '^[^@\\s]+@[^@\\s]+$',
    '^[A-Z]{2}\\d{2}[A-Z0-9]{1,30}$',
    '^a{2}$|^b+$',
    '^{"a":[}]$',
    '^\\w{1,63}(?:\\.\\w{1,63})*$',
    '',
  ])('is no risk for %s', (source) => {
    expect(riskOf(source)).toBe('none')
  })

  test.each([
    { what: 'a reference to a group', source: '^(a+)\\1$' },
    { what: 'a reference to a named group', source: '(?<x>a)\\k<x>' },
    { what: 'an expression with many states', source: `^${'(?:a|b)?'.repeat(240)}$` },
    { what: 'an expression of many characters', source: 'a'.repeat(3000) },
  ])('is not known for $what', ({ source }) => {
    expect(riskOf(source)).toBe('unknown')
  })

  test('is found in a time that does not depend on chance', () => {
    const started = performance.now()
    riskOf(`^${'(?:a{1,8}|b*c?){0,8}'.repeat(6)}$`)
    expect(performance.now() - started).toBeLessThan(3000)
  })
})

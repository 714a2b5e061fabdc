import { fullFormats, type FormatName } from 'ajv-formats/dist/formats'
import fc from 'fast-check'
import * as formats from '../../../runtime/formats'
import * as uris from '../../../runtime/formats-uri'

const pairs: readonly [FormatName, (text: string) => boolean, readonly string[]][] = [
  [
    'date',
    formats.isDate,
    [
      '2024-02-29',
      '2023-02-29',
      '1900-02-29',
      '2000-02-29',
      '2024-13-01',
      '2024-00-10',
      '2024-1-1',
      '2024-04-31',
    ],
  ],
  [
    'time',
    formats.isTime,
    [
      '23:59:60Z',
      '22:59:60+01:00',
      '23:59:60-01:00',
      '12:00:00',
      '12:00:00.5z',
      '12:00:00.Z',
      '24:00:00Z',
      '00:29:60+00:30',
      '12:00:00+24:00',
      '12:00:00+0130',
      '12:00:00+01',
      '12:00:00+01:60',
    ],
  ],
  [
    'date-time',
    formats.isDateTime,
    [
      '2024-01-01T00:00:00Z',
      '2024-01-01 00:00:00Z',
      '2024-01-01t00:00:00.123456+05:30',
      '2024-01-01T00:00:00',
      '2024-01-01TT00:00:00Z',
      '2016-12-31T23:59:60Z',
      '2024-01-01T00:00:00Zx',
      '2024-01-01\u00a000:00:00Z',
    ],
  ],
  ['iso-time', formats.isIsoTime, ['12:00:00', '12:00:00Z', '12:00', '12:00:00.1']],
  [
    'iso-date-time',
    formats.isIsoDateTime,
    ['2024-01-01T00:00:00', '2024-01-01T00:00:00Z', '2024-01-01'],
  ],
  [
    'duration',
    formats.isDuration,
    ['P1D', 'P', 'PT', 'PT1H', 'P1Y2M3DT4H5M6S', 'P4W', 'P1W1D', 'pt1h'],
  ],
  [
    'email',
    formats.isEmail,
    ['a@b.cd', 'a@b', 'a.b+c@d-e.fg', '.a@b.cd', 'a@-b.cd', 'a@b.cd.', 'ä@b.cd', 'A@B.CD'],
  ],
  [
    'hostname',
    formats.isHostname,
    ['a', 'a.b.', '-a', 'a-', 'a..b', `${'a'.repeat(64)}.b`, `${'a'.repeat(63)}.b`, ''],
  ],
  ['ipv4', formats.isIpv4, ['1.2.3.4', '256.1.1.1', '01.2.3.4', '1.2.3', '1.2.3.4.5']],
  [
    'ipv6',
    formats.isIpv6,
    [
      '::',
      '::1',
      '1::',
      '1:2:3:4:5:6:7:8',
      '1:2:3:4:5:6:7::',
      '::2:3:4:5:6:7:8',
      '1:2:3:4:5:6:7:8:9',
      '1::2::3',
      '::ffff:1.2.3.4',
      '1:2:3:4:5:6:1.2.3.4',
      '1:2:3:4:5:6:7:1.2.3.4',
      '12345::',
      ':::',
      ':1',
      '1:',
      '::1.2.3',
      '1.2.3.4',
      '',
      '1::1.2.3.4',
      '::1.2.3.4:1',
      'fe80::1%eth0',
      '1:2:3:4:5::1.2.3.4',
      '1:2:3:4:5:6::1.2.3.4',
    ],
  ],
  [
    'uuid',
    formats.isUuid,
    [
      '123e4567-e89b-12d3-a456-426614174000',
      'urn:uuid:123e4567-e89b-12d3-a456-426614174000',
      '123e4567e89b12d3a456426614174000',
    ],
  ],
  ['json-pointer', formats.isJsonPointer, ['', '/', '/a/b', '/a~0', '/a~2', 'a']],
  [
    'json-pointer-uri-fragment',
    formats.isJsonPointerUriFragment,
    ['#', '#/a', '#/%41', '#/%4', '/a'],
  ],
  ['relative-json-pointer', formats.isRelativeJsonPointer, ['0', '0#', '1/a', '01', '/a']],
  ['regex', formats.isRegex, ['a+', '(', 'a\\Z', '\\Z', '[']],
  ['byte', formats.isByte, ['', 'YQ==', 'YWE=', 'YWFh', 'YQ=', 'Y', 'YQ==\nYQ==', 'a b']],
  [
    'uri',
    uris.isUri,
    [
      'http://a',
      'a:b',
      'a',
      '/a',
      'http://[::1]/x',
      'http://[v1.a]/',
      'http://a b',
      'urn:a:b?c#d',
      'http://u:p@h:80/p?q#f',
      'http:///x',
      'http://h:port',
      "http://a'b",
      'http://a"b',
      'mailto:a@b',
      'http://%zz',
      'http://[1:2]/',
      'a:/b',
      'a:',
      'a:?',
    ],
  ],
  [
    'uri-reference',
    uris.isUriReference,
    [
      '',
      'a',
      '/a',
      '//h/a',
      '#f',
      '?q',
      '\\a',
      'a b',
      'http://a',
      'http://a"b',
      '//[::1',
      'a:b:c',
      '#"',
    ],
  ],
  [
    'uri-template',
    uris.isUriTemplate,
    ['a{b}', '{', '{+a,b:3*}', '{a:0}', '{a:12}', 'a b', '%41', '%4', '{;a*}', "a'b"],
  ],
  [
    'url',
    uris.isUrl,
    [
      'http://a.bc',
      'http://localhost',
      'https://127.0.0.1',
      'ftp://8.8.8.8:21/x',
      'http://ä.de',
      'http://a.b',
      'http://a_b.cd',
      'mailto:a@b.cd',
      'http://u@h.de/ x',
    ],
  ],
]

/** ajv-formats 3.0 does not check the bounds of hours and minutes if the second is a leap second. */
const LEAP_MISTAKE = /(?:2[4-9]|[3-9]\d):\d\d:60|[6-9]\d:60/

function verdict(name: FormatName, text: string): boolean {
  const format = fullFormats[name] as unknown
  if (format instanceof RegExp) return format.test(text)
  if (typeof format === 'function') return (format as (text: string) => boolean)(text)
  return verdictOf((format as { validate: RegExp | ((text: string) => boolean) }).validate, text)
}

function verdictOf(validate: RegExp | ((text: string) => boolean), text: string): boolean {
  return validate instanceof RegExp ? validate.test(text) : validate(text)
}

describe.each(pairs)('%s', (name, check, examples) => {
  test.each(examples)('has the result of ajv-formats for %j', (text) => {
    expect(check(text)).toBe(verdict(name, text))
  })

  test('has the result of ajv-formats for examples with a few changed characters', () => {
    const mutation = fc.tuple(
      fc.constantFrom(...examples),
      fc.array(
        fc.tuple(fc.nat(40), fc.constantFrom(...'0123459:.-+tTzZ/aAfF#?%@[]{},"\' \n'), fc.nat(2)),
        {
          maxLength: 3,
        },
      ),
    )
    fc.assert(
      fc.property(mutation, ([example, changes]) => {
        let text = example
        for (const [at, character, how] of changes) {
          const cut = how === 0 ? 0 : 1
          text = text.slice(0, at) + (how === 2 ? '' : character) + text.slice(at + cut)
        }
        return LEAP_MISTAKE.test(text) || check(text) === verdict(name, text)
      }),
      { numRuns: 2000 },
    )
  })
})

test.each([0, -0, 1.5, 2 ** 31, 2 ** 31 - 1, -(2 ** 31), -(2 ** 31) - 1, 2 ** 53])(
  'has the result of ajv-formats for the number %d',
  (number) => {
    const numberVerdict = (name: FormatName): boolean =>
      (fullFormats[name] as { validate: (value: number) => boolean }).validate(number)
    expect(formats.isInt32(number)).toBe(numberVerdict('int32'))
    expect(formats.isInt64(number)).toBe(numberVerdict('int64'))
  },
)

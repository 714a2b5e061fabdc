import fc from 'fast-check'
import { HOSTILE } from '../../support/hostile'

/** Beyond the shared list: what breaks names, files, types and expressions. */
const MORE: readonly string[] = [
  'name',
  'userId',
  'UserID',
  'user-id',
  'marshal',
  'unmarshal',
  'validate',
  'prototype',
  'length',
  'index',
  'Index',
  'Error',
  'Promise',
  'Router',
  'listen',
  'Object',
  'string',
  'unknown',
  'event',
  'com1',
  'LPT9.txt',
  'aux.',
  'a'.repeat(10_000),
  'ü'.repeat(300),
  '😀',
  '订单',
  'İx',
  'i\u0307x',
  'ﬁ',
  'ſ',
  '\u212a',
  'a\u200db',
  '0',
  '-0',
  '1e999',
  '~',
  '~0~1',
  '%',
  '%zz',
  '$ref',
  '[object Object]',
  '`}${globalThis.pwned=1}',
  '\n*/globalThis.pwned=1;/*',
  '\\*/globalThis.pwned=1;/*',
  '*\u2028/globalThis.pwned=1//',
  '*\\/globalThis.pwned=1//',
  '/globalThis.pwned=1/',
  '\r*/\rglobalThis.pwned=1//',
  '{@link globalThis}',
  '@see */',
  '```\n<img src=x onerror=pwned=1>',
  '---',
  '](javascript:pwned=1)',
  '$(touch pwned)',
  "'; touch pwned; '",
  '((a+)+)+$',
  '(?<=a)b',
  '[',
  '(',
  'data: x\n\nevent: y',
]

const PIECES = [...HOSTILE, ...MORE]

/** One hostile text, or several of them in a row, so that what one opens another closes. */
export function hostileText(): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: fc.constantFrom(...PIECES), weight: 6 },
    {
      arbitrary: fc
        .array(fc.constantFrom(...PIECES.filter((piece) => piece.length < 100)), {
          minLength: 2,
          maxLength: 5,
        })
        .map((parts) => parts.join('')),
      weight: 4,
    },
    { arbitrary: fc.string({ unit: 'binary', maxLength: 12 }), weight: 1 },
    {
      arbitrary: fc
        .array(fc.constantFrom(...'\'"`\\/*${}<!->\n\r\u2028@;()= \ud800a'), { maxLength: 12 })
        .map((characters) => characters.join('')),
      weight: 3,
    },
  )
}

/** What AsyncAPI takes as the key of a component, a server or a parameter: `^[\w\d.\-_]+$`. */
export function componentKey(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(
      ...'constructor prototype toString valueOf class new con com1 index Index Error Promise Hub a A'.split(
        ' ',
      ),
      ...'user_id user-id userId UserId 1 1a - _ . .. a.b hasOwnProperty x-y Router await'.split(
        ' ',
      ),
      ...'StreamEvent Credentials ModelConstructor AChannel AEvents check1 checkA value report'.split(
        ' ',
      ),
      'k'.repeat(500),
    ),
    fc.stringMatching(/^[\w.-]{1,8}$/),
  )
}

/** As `fc.record`, without the members that are undefined. */
export function record(
  members: Readonly<Record<string, fc.Arbitrary<unknown>>>,
): fc.Arbitrary<object> {
  return fc
    .record(members)
    .map((value) =>
      Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)),
    )
}

import { documentation } from '../../../pipeline/codegen/jsdoc'
import { UNDOCUMENTED, type Documentation } from '../../../pipeline/schema/schema'
import { HOSTILE } from '../../support/hostile'

function printed(about: Partial<Documentation>): string {
  return documentation({ ...UNDOCUMENTED, ...about }).text
}

test('nothing without documentation', () => {
  expect(printed({})).toBe('')
})

test.each([
  { about: { title: 'Room' }, want: 'Room' },
  { about: { description: 'A room.' }, want: 'A room.' },
  { about: { title: 'Room', description: 'Room' }, want: 'Room' },
  { about: { readOnly: true }, want: 'Read-only.' },
  { about: { writeOnly: true }, want: 'Write-only.' },
  { about: { bounds: ['minLength: 3'] }, want: '- minLength: 3' },
  { about: { deprecated: true }, want: '@deprecated' },
  { about: { default: { value: 'a' } }, want: '@default "a"' },
  { about: { default: { value: undefined } }, want: '@default undefined' },
  { about: { default: { value: { a: [null] } } }, want: '@default {"a":[null]}' },
  { about: { examples: [1] }, want: '@example 1' },
])('$about is $want', ({ about, want }) => {
  expect(printed(about)).toBe(`/** ${want} */\n`)
})

test('all there is, a paragraph each, and the tags at the end', () => {
  const about = {
    title: 'Room',
    description: 'Where one meets.',
    readOnly: true,
    bounds: ['minLength: 3', 'maxLength: 5'],
    deprecated: true,
    default: { value: 'hall' },
    examples: ['a', 'b', 'c', 'd'],
  }
  const lines = [
    ...['Room', '', 'Where one meets.', '', 'Read-only.', '', '- minLength: 3', '- maxLength: 5'],
    ...['', '@deprecated', '@default "hall"', '@example "a"', '@example "b"', '@example "c"'],
  ]
  expect(printed(about)).toBe(
    `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join('\n')}\n */\n`,
  )
})

test.each(HOSTILE)('%j stays inside the comment at every position', (text) => {
  const block = printed({
    title: text,
    description: `${text} more`,
    bounds: [text],
    default: { value: text },
    examples: [{ [text]: text }],
  })
  expect(block.indexOf('*/')).toBe(block.length - '*/\n'.length)
  expect(block.slice('/**'.length)).not.toMatch(/\/\*|<\//)
  expect(block.match(/(?<!\\)@\w+/g)).toEqual(['@default', '@example'])
  expect(block).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u)
})

test.each(['\u2028', '\u2029', '\u0085'])('a value with %j is on one line', (end) => {
  expect(printed({ default: { value: `a${end}@deprecated` } })).toBe(
    String.raw`/** @default "a \@deprecated" */${'\n'}`,
  )
})

describe('a long value', () => {
  test('is shown whole up to 200 characters', () => {
    expect(printed({ default: { value: 'x'.repeat(198) } })).toBe(
      `/** @default "${'x'.repeat(198)}" */\n`,
    )
    expect(printed({ default: { value: 'x'.repeat(1000) } })).toBe(
      `/** @default "${'x'.repeat(199)}… */\n`,
    )
  })

  test('is not cut within a character', () => {
    expect(printed({ default: { value: '😀'.repeat(100) } })).toBe(
      `/** @default "${'😀'.repeat(99)}… */\n`,
    )
  })
})

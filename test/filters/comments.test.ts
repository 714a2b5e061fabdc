import ts from 'typescript'
import { Code } from '../../filters/code'
import { comment, commentText, summary } from '../../filters/comments'
import { HOSTILE } from '../support/hostile'

describe('comment', () => {
  test('one line', () => {
    expect(comment('Name of the user').text).toBe('/** Name of the user */\n')
  })

  test('a paragraph for each text that there is', () => {
    expect(comment('Title', undefined, 'First.\nSecond.').text).toBe(
      '/**\n * Title\n *\n * First.\n * Second.\n */\n',
    )
  })

  test('nothing without documentation', () => {
    expect(comment(undefined, '', null).text).toBe('')
    expect(comment(' ', '\n \n').text).toBe('')
  })

  test('no gap if a text is empty', () => {
    expect(comment('Title', '', 'Text').text).toBe('/**\n * Title\n *\n * Text\n */\n')
  })

  test('no space at the ends of a text', () => {
    expect(comment(' \n one ').text).toBe('/** one */\n')
    expect(comment('one  \n  \ntwo').text).toBe('/**\n * one\n *\n * two\n */\n')
  })

  test('a name is a text, too', () => {
    expect(comment(new Code('RoomId')).text).toBe('/** RoomId */\n')
  })

  test('a text of megabytes is cut', () => {
    expect(comment('x'.repeat(20_000)).text).toBe(`/** ${'x'.repeat(20_000)} */\n`)
    expect(comment('x'.repeat(1_000_000)).text).toBe(`/** ${'x'.repeat(20_000)}… */\n`)
  })

  // To some program or other each of these ends a line, and what follows must not begin one without an asterisk.
  test.each(['\n', '\r', '\r\n', '\u2028', '\u2029', '\u0085', '\v', '\f'])(
    '%j is the end of a line',
    (end) => {
      expect(comment(`one${end}two`).text).toBe('/**\n * one\n * two\n */\n')
    },
  )

  test.each([
    { kind: 'a control', character: '\u0007' },
    { kind: 'a format', character: '\u202e' },
    { kind: 'a lone surrogate', character: '\ud800' },
    { kind: 'a private character', character: '\ue000' },
    { kind: 'an unassigned character', character: '\u0378' },
  ])('$kind is replaced by U+FFFD', ({ character }) => {
    expect(comment(`a${character}b`).text).toBe('/** a\ufffdb */\n')
  })

  test('a tab is a tab', () => {
    expect(comment('a\tb').text).toBe('/** a\tb */\n')
  })

  test.each([
    { given: 'a */ b', want: String.raw`a *\/ b` },
    { given: 'a /* b', want: String.raw`a /\* b` },
    { given: '/*/', want: String.raw`/\*\/` },
    { given: '*/*', want: String.raw`*\/\*` },
    { given: '</script>', want: String.raw`<\/script>` },
  ])('$given neither ends nor begins a comment', ({ given, want }) => {
    expect(commentText(given)).toBe(want)
  })

  test.each(HOSTILE)('%j stays inside the comment', (text) => {
    const printed = comment(text, 'more').text
    const source = ts.createSourceFile('x.ts', `${printed}export {}`, ts.ScriptTarget.ES2022, true)
    expect(source.statements.map((statement) => statement.getText())).toEqual(['export {}'])
    expect(printed.indexOf('*/')).toBe(printed.trimEnd().length - 2)
    expect(printed).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u)
  })

  test.each([
    '@ts-ignore',
    '@ts-expect-error',
    '@ts-nocheck',
    '@internal',
    '{@link x}',
    'a\n@deprecated',
    '@_private',
    '@größe',
    'a.@deprecated',
    '@a\n@b',
    '\\\\@internal',
  ])('the tag in %j has no effect', (text) => {
    expect(comment(text).text).not.toMatch(/(?<!(?<!\\)(?:\\\\)*\\)@/)
  })

  test.each([
    'write to info@example.com',
    'room5@example.com',
    'größe@example.com',
    'a_@example.com',
    'at @ 5 o’clock',
    String.raw`\@escaped already`,
    String.raw`\\\@escaped already`,
  ])('%s stays as it is', (text) => {
    expect(commentText(text)).toBe(text)
  })
})

describe('summary', () => {
  test('puts a text of the document where the sentence has %', () => {
    expect(summary('Listens to %.', 'user/signedup', 'More.').text).toBe(
      '/**\n * Listens to `user/signedup`.\n *\n * More.\n */\n',
    )
  })

  test('further lines of the sentence are tags behind the other paragraphs', () => {
    expect(summary('Listens to %.\n  @param a first\n  @param b second', 'x', 'Of @b.').text).toBe(
      '/**\n * Listens to `x`.\n *\n * Of \\@b.\n *\n * @param a first\n * @param b second\n */\n',
    )
  })

  test('the text cannot end its code span, and is no replacement pattern', () => {
    expect(summary('Listens to %.', 'a`b$&').text).toBe('/** Listens to `a b$&`. */\n')
    expect(summary('Listens to %.', 'a\nb').text).toBe('/** Listens to `a b`. */\n')
  })
})

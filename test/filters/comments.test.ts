import ts from 'typescript'
import { comment, summary } from '../../filters/comments'
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

  test('nothing where there is nothing to say', () => {
    expect(comment(undefined, '', null).text).toBe('')
  })

  test.each(HOSTILE)('%j stays inside', (text) => {
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
  ])('the tag in %j is not obeyed', (text) => {
    expect(comment(text).text).not.toMatch(/(?<!\\)@/)
  })

  test('addresses keep their at sign', () => {
    expect(comment('write to info@example.com').text).toBe('/** write to info@example.com */\n')
  })
})

describe('summary', () => {
  test('puts a text of the document where the sentence has %', () => {
    expect(summary('Listens to %.', 'user/signedup', 'More.').text).toBe(
      '/**\n * Listens to `user/signedup`.\n *\n * More.\n */\n',
    )
  })

  test('the text cannot end its code span, nor stand for a replacement pattern', () => {
    expect(summary('Listens to %.', 'a`b$&').text).toBe('/** Listens to `a b$&`. */\n')
  })
})

import { Diagnostics, GenerationError, escapeControlCharacters } from '../../pipeline/diagnostics'

/** Messages are written to a terminal, which interprets some characters as commands. */
describe('a message', () => {
  test.each([
    { kind: 'an escape sequence', given: '\u001b[2J', want: String.raw`\u{1b}[2J` },
    { kind: 'a control of C1', given: '\u009b2J', want: String.raw`\u{9b}2J` },
    { kind: 'a carriage return', given: 'evil\rgood', want: String.raw`evil\u{d}good` },
    { kind: 'the other direction', given: 'a\u202eb', want: String.raw`a\u{202e}b` },
    { kind: 'a tag beyond U+FFFF', given: 'a\u{e0041}b', want: String.raw`a\u{e0041}b` },
    { kind: 'half a character', given: 'a\ud800', want: String.raw`a\u{d800}` },
    { kind: 'a line separator', given: 'a\u2028b', want: String.raw`a\u{2028}b` },
    { kind: 'a paragraph separator', given: 'a\u2029b', want: String.raw`a\u{2029}b` },
    { kind: 'a line feed', given: 'a\nb', want: 'a\nb' },
    { kind: 'readable text', given: 'Grüße, 世界 😀', want: 'Grüße, 世界 😀' },
  ])('shows $kind', ({ given, want }) => {
    expect(escapeControlCharacters(given)).toBe(want)
    expect(new GenerationError([given]).message).toBe(want)
  })

  test('of megabytes is cut', () => {
    expect(escapeControlCharacters('x'.repeat(4000))).toBe('x'.repeat(4000))
    expect(escapeControlCharacters('x'.repeat(1_000_000))).toBe(`${'x'.repeat(4000)}…`)
  })
})

describe('GenerationError', () => {
  test('of one error contains only that error', () => {
    expect(new GenerationError(['no such server']).message).toBe('no such server')
  })

  test('of several numbers and lists them', () => {
    const error = new GenerationError(['first', 'second\u0007'])
    expect(error.message).toBe('2 problems:\n  - first\n  - second\\u{7}')
    expect(error.errors).toEqual(['first', 'second\\u{7}'])
  })
})

describe('Diagnostics', () => {
  test('without an error let the run continue, whatever the notes', () => {
    const diagnostics = new Diagnostics()
    diagnostics.note('odd\u0007')
    diagnostics.throwIfErrors()
    expect(diagnostics.notes).toEqual(['odd\\u{7}'])
    expect(diagnostics.errors).toEqual([])
  })

  test('end the run with all problems, each once', () => {
    const diagnostics = new Diagnostics()
    for (const message of ['b', 'a\u0007', 'b']) diagnostics.error(message)
    expect(diagnostics.errors).toEqual(['b', 'a\\u{7}'])
    expect(() => {
      diagnostics.throwIfErrors()
    }).toThrow(new GenerationError(['b', 'a\u0007']))
  })
})

describe('skipped parts of a document', () => {
  test('are one line for each reason, with a count', () => {
    const diagnostics = new Diagnostics()
    diagnostics.skip('#/a', 'it has no effect')
    diagnostics.skip('#/b', 'it is unknown')
    diagnostics.skip('#/c', 'it has no effect')
    diagnostics.skip('#/c', 'it has no effect')
    expect(diagnostics.notes).toEqual([
      '#/a: it has no effect (and 1 more; -p report=all lists them)',
      '#/b: it is unknown',
    ])
    expect(diagnostics.allNotes).toEqual([
      '#/a: it has no effect',
      '#/c: it has no effect',
      '#/b: it is unknown',
    ])
  })

  test('end no run', () => {
    const diagnostics = new Diagnostics()
    diagnostics.skip('#/a\u0007', 'odd\u0007')
    diagnostics.throwIfErrors()
    expect(diagnostics.notes).toEqual([String.raw`#/a\u{7}: odd\u{7}`])
  })
})

test('a note at a place of the document is one line with the number of other places', () => {
  const diagnostics = new Diagnostics()
  diagnostics.note('#/channels/a: the reason')
  diagnostics.note('#/channels/b: the reason')
  diagnostics.note('#/channels/c: another reason')
  diagnostics.note('a note without a place: of its own')
  expect(diagnostics.notes).toEqual([
    'a note without a place: of its own',
    '#/channels/a: the reason (and 1 more; -p report=all lists them)',
    '#/channels/c: another reason',
  ])
  expect(diagnostics.allNotes).toHaveLength(4)
})

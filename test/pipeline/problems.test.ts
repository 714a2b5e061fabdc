import { Findings, GenerationError, visible } from '../../pipeline/problems'

/** What a message says ends up in a terminal, which obeys some characters. */
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
    expect(visible(given)).toBe(want)
    expect(new GenerationError([given]).message).toBe(want)
  })

  test('of megabytes is cut', () => {
    expect(visible('x'.repeat(4000))).toBe('x'.repeat(4000))
    expect(visible('x'.repeat(1_000_000))).toBe(`${'x'.repeat(4000)}…`)
  })
})

describe('GenerationError', () => {
  test('of one problem says just that', () => {
    expect(new GenerationError(['no such server']).message).toBe('no such server')
  })

  test('of several numbers and lists them', () => {
    const error = new GenerationError(['first', 'second\u0007'])
    expect(error.message).toBe('2 problems:\n  - first\n  - second\\u{7}')
    expect(error.problems).toEqual(['first', 'second\\u{7}'])
  })
})

describe('Findings', () => {
  test('without a problem let the run go on, whatever the notices', () => {
    const findings = new Findings()
    findings.notice('odd\u0007')
    findings.check()
    expect(findings.notices).toEqual(['odd\\u{7}'])
    expect(findings.problems).toEqual([])
  })

  test('end the run with all problems, each once', () => {
    const findings = new Findings()
    for (const message of ['b', 'a\u0007', 'b']) findings.problem(message)
    expect(findings.problems).toEqual(['b', 'a\\u{7}'])
    expect(() => {
      findings.check()
    }).toThrow(new GenerationError(['b', 'a\u0007']))
  })
})

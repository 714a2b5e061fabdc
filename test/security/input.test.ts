import fc from 'fast-check'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate as generateInto, plan } from '../../pipeline/generate'
import { formatText } from '../../pipeline/output/format-text'
import { Diagnostics, GenerationError } from '../../pipeline/diagnostics'
import { readPattern } from '../../pipeline/schema/read-keywords'
import { isFastOnShortText } from '../../pipeline/schema/regex-safety'
import { compile } from '../support/compile'
import { readFolder, scratchFolder } from '../support/folder'
import { generate } from '../support/generator'
import { outputOf } from '../support/output'
import { compileAll } from './support/inspect'
import { resolved } from './support/resolve'
import { allRuntimeFiles } from './support/runtime-files'

const INFO = { title: 'Test', version: '1.0.0' }

function documentOf(channels: object, components: object = {}): object {
  return { asyncapi: '3.0.0', info: INFO, channels, components }
}

function withPayload(payload: object): object {
  return documentOf({ a: { address: 'a', messages: { m: { payload } } } })
}

function nested(levels: number, wrap: (inner: object) => object): object {
  let schema: object = { type: 'string' }
  for (let level = 0; level < levels; level += 1) schema = wrap(schema)
  return schema
}

const NESTINGS = {
  properties: (inner: object) => ({ type: 'object', properties: { a: inner } }),
  items: (inner: object) => ({ type: 'array', items: inner }),
  tuple: (inner: object) => ({ type: 'array', items: [inner], additionalItems: false }),
  allOf: (inner: object) => ({ allOf: [inner] }),
  anyOf: (inner: object) => ({ anyOf: [inner, { type: 'null' }] }),
  oneOf: (inner: object) => ({ oneOf: [inner, { type: 'null' }] }),
  not: (inner: object) => ({ not: inner }),
  additional: (inner: object) => ({ type: 'object', additionalProperties: inner }),
  pattern: (inner: object) => ({ type: 'object', patternProperties: { '^a': inner } }),
}

describe('depth', () => {
  test.each(Object.entries(NESTINGS))('100 levels of %s are generated', (_, wrap) => {
    const files = outputOf(resolved(withPayload(nested(100, wrap))), { scaffold: 'true' })
    expect(Object.keys(files)).toContain('payloads/M.ts')
  })

  test.each(Object.entries(NESTINGS))('1000 levels of %s are refused with a remedy', (_, wrap) => {
    const document = resolved(withPayload(nested(1000, wrap)))
    expect(() => outputOf(document)).toThrow(GenerationError)
    expect(() => outputOf(document)).toThrow(
      /levels of nested schemas or values, and 250 is the limit; move the inner schemas to "components\/schemas"/,
    )
  })

  test('1000 levels of a value are refused', () => {
    let value: unknown = 1
    for (let level = 0; level < 1000; level += 1) value = [value]
    expect(() => outputOf(resolved(withPayload({ const: value })))).toThrow(
      'levels of nested schemas or',
    )
  })

  test('1000 shared schemas, each in the one before, are not deep', () => {
    const schemas = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [
        `S${index}`,
        { type: 'object', properties: { next: { $ref: `#/components/schemas/S${index + 1}` } } },
      ]),
    )
    const components = { schemas: { ...schemas, S1000: { type: 'string' } } }
    const channels = {
      a: { address: 'a', messages: { m: { payload: { $ref: '#/components/schemas/S0' } } } },
    }
    const files = outputOf(resolved(documentOf(channels, components)))
    expect(Object.keys(files).filter((path) => path.startsWith('payloads/S')).length).toBe(1001)
  })

  test('the real generator refuses 1000 levels and writes nothing', async () => {
    const folder = scratchFolder()
    const path = join(folder, 'deep.json')
    writeFileSync(path, JSON.stringify(withPayload(nested(1000, NESTINGS.properties))))
    await expect(generate(path, join(folder, 'out'))).rejects.toThrow(
      /not a correct AsyncAPI document|is the limit/,
    )
    expect(Object.keys(readFolder(folder))).toEqual(['deep.json'])
  })
})

describe('references', () => {
  test.each([
    {
      given: 'a payload that contains itself',
      schema: { items: { $ref: '#/channels/a/messages/m/payload' } },
    },
    {
      given: 'a payload that is itself',
      schema: { allOf: [{ $ref: '#/channels/a/messages/m/payload' }] },
    },
    {
      given: 'two that contain each other',
      schema: {
        properties: {
          one: { properties: { two: { $ref: '#/channels/a/messages/m/payload/properties/two' } } },
          two: { properties: { one: { $ref: '#/channels/a/messages/m/payload/properties/one' } } },
        },
      },
    },
  ])('$given: generated, and compiles', ({ schema }) => {
    expect(compile(outputOf(resolved(withPayload(schema))), { types: ['node'] })).toEqual([])
  })

  test('forty that each refer to the previous one twice are refused', () => {
    const at = (level: number): object =>
      level === 0
        ? { type: 'string' }
        : { $ref: `#/channels/a/messages/m/payload/properties/p${level - 1}` }
    const properties = Object.fromEntries(
      Array.from({ length: 40 }, (_, level) => [
        `p${level}`,
        { type: 'object', properties: { a: at(level), b: at(level) } },
      ]),
    )
    expect(() => outputOf(resolved(withPayload({ type: 'object', properties })))).toThrow(
      'the references of the document expand to more text than the generator can write',
    )
  })
})

describe('size', () => {
  test('2000 channels of one name get unique names', () => {
    const channels = Object.fromEntries(
      Array.from({ length: 2000 }, (_, index) => [
        `c${index}`,
        {
          address: `c/${index}/{x}`,
          'x-eventsource': { name: 'same' },
          messages: { m: { payload: { type: 'object', properties: { a: { type: 'string' } } } } },
        },
      ]),
    )
    const text = outputOf(resolved(documentOf(channels)))['channels/event_source_client.ts'] ?? ''
    expect(new Set(text.match(/function listenFor\w+/g)).size).toBe(2000)
  }, 120_000)

  test('an address that no request can have is left out', () => {
    const channels = {
      a: { address: 'a/{x}'.repeat(2000), messages: { m: {} } },
      b: { address: 'b', messages: { m: {} } },
    }
    const { diagnostics, view } = plan({ document: resolved(documentOf(channels)), parameters: {} })
    expect(view.channels.map(({ id }) => id)).toEqual(['b'])
    expect(diagnostics.notes).toEqual([
      'channel "a" is left out: its address has more than 8000 characters',
    ])
  })

  test('a description of megabytes is cut', async () => {
    const description = 'all work and no play '.repeat(100_000)
    const files = outputOf(resolved(withPayload({ type: 'object', description })))
    expect(files['payloads/M.ts']?.length).toBeLessThan(100_000)
    await formatText({ path: 'M.ts', content: files['payloads/M.ts'] ?? '' }, {})
  })

  test('text that makes vulnerable expressions slow does not slow the pack', () => {
    const slow = [' ', '\t', '\n', '*/', '@a', '`', '/', '{a}', '-', '\\', '=', '[', '*', '1.']
    for (const piece of slow) {
      const text = `a${piece.repeat(50_000)}x`
      const document = {
        ...documentOf({
          a: {
            address: text.slice(0, 7999),
            description: text,
            parameters: { a: { description: text, default: text } },
            messages: { m: { name: text, payload: { type: 'string', title: text, const: text } } },
          },
        }),
        info: { title: text, version: text, description: text },
      }
      expect(Object.keys(outputOf(resolved(document), { scaffold: 'true' }))).toContain('README.md')
    }
  })

  test('a file that is too large for Prettier is written unformatted, and reported', async () => {
    const folder = scratchFolder()
    const values = Array.from({ length: 100_000 }, (_, index) => `value number ${index}`)
    const report = await generateInto({
      document: resolved(withPayload({ enum: values })),
      parameters: {},
      folder,
    })
    expect(report).toContain('payloads/M.ts is too large and was not formatted')
    expect(readFolder(folder)['payloads/M.ts']).toContain("'value number 99999'")
  }, 60_000)
})

describe('expressions in the document', () => {
  // Years, for an engine that backtracks.
  const CATASTROPHIC = [
    '^((a+)+)+$',
    '^(a|a)*$',
    '^a*a*a*a*a*a*a*a*$',
    `^${'a?'.repeat(60)}${'a'.repeat(60)}$`,
  ]
  const VICTIM = `${'a'.repeat(60)}!`

  test.each([
    { given: '((a+)+)+$', want: false },
    { given: '^(a|a)*$', want: false },
    { given: '^(a|aa)+$', want: false },
    { given: 'a*a*a*a*a*b', want: false },
    { given: 'a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaa', want: false },
    { given: '(?:a{0,9}){9}$', want: false },
    { given: '(?:a|ab?){64}$', want: false },
    { given: '(a*)\\1', want: false },
    { given: '(', want: false },
    { given: ')', want: false },
    { given: '(((a?){3}){3}){3}$', want: false },
    { given: '(?:a|b){64}', want: true },
    { given: '^[A-Z]{2}[0-9]{4}$', want: true },
    { given: '^(?:red|green|blue)$', want: true },
    { given: '^[a-z0-9-]+(\\.[a-z]{2,3})?$', want: true },
    { given: '^(?=.*x)[^/]+$', want: true },
    { given: '^\\d{3}-\\d{4}$', want: true },
    { given: '[(*+?]', want: true },
    { given: '\\(a\\)', want: true },
  ])('$given can be tried on a short text: $want', ({ given, want }) => {
    const pattern = readPattern(given)
    expect(pattern !== undefined && isFastOnShortText(pattern)).toBe(want)
  })

  test('that are classified as fast are fast on texts that almost match', () => {
    const atoms = ['a', '.', '[ab]', '(?:a)', '(?:a|b)', '(a?)', '\\w']
    const quantifiers = ['', '*', '+', '?', '{2}', '{0,3}', '{2,}', '*?']
    const pieces = atoms.flatMap((atom) => quantifiers.map((quantifier) => atom + quantifier))
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 9 }), (parts) => {
        const source = `^${parts.join('')}$`
        const pattern = { source, flags: 'u' } as const
        if (isFastOnShortText(pattern)) new RegExp(source, 'u').test(`${'a'.repeat(63)}!`)
      }),
      { numRuns: 3000, seed: 6 },
    )
  })

  test.each(CATASTROPHIC)('such as %s are written as text and not executed', (pattern) => {
    const schema = {
      type: 'string',
      pattern,
      default: VICTIM,
      examples: [VICTIM],
    }
    const document = {
      ...documentOf({
        a: {
          address: 'a/{id}',
          parameters: { id: { examples: [VICTIM] } },
          messages: {
            m: {
              payload: {
                type: 'object',
                required: ['a'],
                properties: { a: schema },
                patternProperties: { [pattern]: { type: 'string' } },
              },
              examples: [{ payload: { a: VICTIM, [VICTIM]: VICTIM } }],
            },
          },
        },
      }),
    }
    const files = outputOf(resolved(document), { scaffold: 'true' })
    expect(files['payloads/M.ts']).toContain(pattern)
  })

  describe('that may be invalid', () => {
    const INVALID = ['(', '[', '\\', '*', '(?<n>a)(?<n>b)', 'a{2,1}', '\ud800']
    let problems = new Map<number, string[]>()
    beforeAll(() => {
      const outputs = INVALID.map((pattern) => {
        const files = outputOf(
          resolved(
            withPayload({
              type: 'object',
              properties: { a: { type: 'string', pattern } },
              patternProperties: { [pattern]: { type: 'string' } },
            }),
          ),
        )
        return Object.fromEntries(
          Object.entries(files).filter(([path]) => !path.startsWith('runtime/')),
        )
      })
      problems = compileAll(outputs, allRuntimeFiles())
    })

    test.each(INVALID.map((pattern, index): [string, number] => [pattern, index]))(
      'give code that compiles: %j',
      (_, index) => {
        expect(problems.get(-1)).toBeUndefined()
        expect(problems.get(index)).toBeUndefined()
      },
    )
  })
})

describe('samples', () => {
  const inScaffold = (payload: object, components: object = {}): string[] =>
    Object.keys(
      outputOf(
        resolved(documentOf({ a: { address: 'a', messages: { m: { payload } } } }, components)),
        { scaffold: 'true' },
      ),
    )

  test.each<[string, object]>([
    ['properties without number', { type: 'object', minProperties: 1e9 }],
    ['items without number', { type: 'array', minItems: 1e9 }],
    ['text without end', { type: 'string', minLength: 1e9 }],
    ['repetitions without number', { type: 'string', pattern: '^(?:a{1000000000}){1000000000}$' }],
    ['groups without end', { type: 'string', pattern: '('.repeat(20_000) + ')'.repeat(20_000) }],
    ['a step of nearly nothing', { type: 'number', multipleOf: 1e-320, minimum: 1e300 }],
    ['an object in a place of text', { type: 'object', examples: [{ toString: 1 }] }],
  ])('of %s are given up', (_, payload) => {
    expect(inScaffold(payload)).toContain('README.md')
  })

  test('are not made if schemas refer to each other in too many ways', () => {
    const schemas = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => {
        const next = { $ref: `#/components/schemas/S${index + 1}` }
        return [
          `S${index}`,
          { oneOf: [next, next, { type: 'object', required: ['a'], properties: { a: next } }] },
        ]
      }),
    )
    const components = {
      schemas: { ...schemas, S60: { type: 'string', maxLength: 0, minLength: 1 } },
    }
    expect(inScaffold({ $ref: '#/components/schemas/S0', examples: ['x'] }, components)).toContain(
      'README.md',
    )
  })

  test('are not made if every attempt fails', () => {
    let schema: object = { not: {} }
    for (let level = 0; level < 5; level += 1) {
      schema = {
        oneOf: Array.from({ length: 6 }, (_, index) => ({
          type: 'object',
          required: [`p${index}`],
          properties: { [`p${index}`]: schema },
        })),
      }
    }
    expect(inScaffold(schema)).toContain('README.md')
  })
})

describe('messages to the terminal', () => {
  test('show the control characters of a terminal as escapes', () => {
    const diagnostics = new Diagnostics()
    diagnostics.note('a\u001b[2Jb\u202ec\u0000\u009b\u2028')
    expect(diagnostics.notes).toEqual([String.raw`a\u{1b}[2Jb\u{202e}c\u{0}\u{9b}\u{2028}`])
    expect(new GenerationError(['x\u001b]0;y\u0007', 'z']).message).toBe(
      String.raw`2 problems:${'\n'}  - x\u{1b}]0;y\u{7}${'\n'}  - z`,
    )
  })

  test('stay short for any document', () => {
    const diagnostics = new Diagnostics()
    diagnostics.error('x'.repeat(1_000_000))
    expect(() => {
      diagnostics.throwIfErrors()
    }).toThrow(/^x{4000}…$/)
  })
})

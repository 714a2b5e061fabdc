import { describeSchemas, load, modelRuntime, renderModels } from './support/models-of'

interface Subject {
  validate(value: unknown, options?: { all?: boolean }): { valid: boolean; errors?: object[] }
}

const delta = (type: string, property: string): object => ({
  type: 'object',
  required: ['type', property],
  properties: { type: { const: type }, [property]: { type: 'string' } },
})
const text = delta('text_delta', 'text')
const json = { allOf: [delta('json_delta', 'partial')] }
const PROBLEM = { pointer: '/delta/text', expected: 'a string', found: 'nothing' }

describe.each(['oneOf', 'anyOf'])('alternatives of %s with a constant each', (keyword) => {
  const schema = {
    type: 'object',
    properties: { delta: { [keyword]: [text, json] } },
  }
  const { validate } = load(
    {
      ...modelRuntime(),
      ...renderModels(
        describeSchemas({ Subject: schema }, { components: new Map([[text, 'Text']]) }),
      ),
    },
    'payloads/Subject.ts',
  )['Subject'] as Subject

  test.each([{ all: false }, { all: true }])(
    'report what is wrong with the one whose constant the value has: %j',
    (options) => {
      const result = validate({ delta: { type: 'text_delta' } }, options)
      expect(result).toEqual({ valid: false, errors: [PROBLEM] })
    },
  )

  test('report that none matches if the value has no known constant', () => {
    for (const type of ['other', 'toString', 3, undefined]) {
      expect(validate({ delta: { type } }).errors).toEqual([
        expect.objectContaining({
          pointer: '/delta',
          expected: expect.stringContaining('one of 2 alternatives') as string,
        }),
      ])
    }
  })

  test('take each of them', () => {
    expect(validate({ delta: { type: 'text_delta', text: 'a' } }).valid).toBe(true)
    expect(validate({ delta: { type: 'json_delta', partial: '{' } }).valid).toBe(true)
  })
})

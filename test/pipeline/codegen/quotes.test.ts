import { compileModels, describeSchemas, modelRuntime, renderModels } from './support/models-of'

test.each(["it's", 'say "hi"', `both ' and "`, "''", '"'])(
  'a property and a pattern with quotes (%s) do not hide what their validator needs',
  (text) => {
    const schema = {
      type: 'object',
      properties: { [text]: { minimum: 1, pattern: text }, last: { const: { [text]: text } } },
      patternProperties: { [text]: { type: 'integer', format: 'uuid' } },
      additionalProperties: { oneOf: [{ maxLength: 3 }, { enum: [[text]] }] },
    }
    const files = renderModels(describeSchemas({ Quoted: schema }))
    expect(compileModels({ ...modelRuntime(), ...files })).toEqual([])
  },
)

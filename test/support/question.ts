import type { BodyDescriptor, Model } from '../../runtime/core/model'

/** Body of a request for an answer. */
export interface Question {
  readonly question: string
}

const question: Model<Question> = {
  marshal: (value) => JSON.stringify(value),
  unmarshal: (text) => JSON.parse(text) as Question,
  validate: (value) =>
    typeof (value as Partial<Question> | null)?.question === 'string'
      ? { valid: true }
      : {
          valid: false,
          errors: [{ pointer: '/question', expected: 'a string', found: 'nothing' }],
        },
}

/** Content of the events of an answer. */
export const word: Model<string> = {
  marshal: (value) => JSON.stringify(value),
  unmarshal: (text) => JSON.parse(text) as string,
  validate: () => ({ valid: true }),
}

export const questionBody: BodyDescriptor<unknown> = {
  model: question,
  contentType: 'application/json',
  isRequired: true,
}

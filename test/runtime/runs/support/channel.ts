import type { BodyDescriptor, Model } from '../../../../runtime/core/model'
import {
  checkPayload,
  createEndDetector,
  expandAddress,
  recognizeEvent,
  requestWithBody,
  type ClientChannel,
} from '../../../../runtime/fetch-client'
import type { ServerChannel } from '../../../../runtime/server'

export interface Token {
  readonly n: number
  /** The process that produced it, where a test has several. */
  readonly by?: string
}
export interface Finish {
  readonly reason: string
}
export interface Prompt {
  readonly count: number
}
export interface Place {
  readonly model: string
}
export interface ChatEvents {
  token: Token
  finish: Finish
}

function modelOf<T>(...names: string[]): Model<T> {
  return {
    marshal: (value) => JSON.stringify(value),
    unmarshal: (text) => JSON.parse(text) as T,
    validate: (value) => {
      const missing = names.find((name) => !Object.hasOwn(value as object, name))
      return missing === undefined
        ? { valid: true }
        : {
            valid: false,
            errors: [{ pointer: `/${missing}`, expected: 'a value', found: 'nothing' }],
          }
    },
  }
}

const body: BodyDescriptor<Prompt> = {
  model: modelOf<Prompt>('count'),
  contentType: 'application/json',
  isRequired: true,
}

const events = [
  { type: 'token', model: modelOf<Token>('n') },
  { type: 'finish', model: modelOf<Finish>('reason'), isTerminal: true },
] as const
const common = {
  name: 'Chat',
  address: 'chat/{model}',
  method: 'POST',
  parameters: {
    parse: ({ model = '' }: Readonly<Record<string, string | undefined>>) => ({ model }),
    check: (input: Place) => input,
    format: ({ model }: Place) => ({ model }),
  },
  validate: true,
  events,
} as const

/** What is generated for the server of `POST chat/{model}` with two messages. */
export const chat: ServerChannel<ChatEvents, never, Place> = {
  ...common,
  body,
  sendsEventName: true,
}

/** What is generated for its client. */
export const chatClient: ClientChannel<ChatEvents, Place> = {
  ...common,
  expandAddress,
  recognize: recognizeEvent,
  check: checkPayload,
  createEndDetector,
  createRequest: requestWithBody(body),
}

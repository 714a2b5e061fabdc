import type { Model } from './model'

/** Model of a message that has no payload: it travels as `data: null`, and whatever comes is read as `null`. */
export const noPayload: Model<null> = {
  marshal: () => 'null',
  unmarshal: () => null,
  validate: () => ({ valid: true }),
}

import type { CheckPayload } from './client-types'
import { EventSourceError } from './errors'

/**
 * Checks a payload against the schema of its message.
 * @throws EventSourceError `validation`, whose `cause` are the errors
 */
export const checkPayload: CheckPayload = (channel, { type, model }, payload) => {
  const result = model.validate(payload)
  if (result.valid) return
  const { errors } = result
  const problem = errors
    .map(
      ({ pointer, expected, found }) =>
        `${pointer === '' ? 'the payload' : pointer} should be ${expected}, found ${found}`,
    )
    .join('; ')
  const facts = { retrying: true, cause: errors }
  throw new EventSourceError('validation', `${channel.name}: ${String(type)}: ${problem}`, facts)
}

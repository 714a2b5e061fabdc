import type { EventDescriptor } from './channel'
import type { Recognise } from './client-types'
import { EventSourceError } from './errors'

type Descriptor = EventDescriptor<PropertyKey, unknown>

/**
 * Tells which message an event is that the wire does not name: the first whose discriminator or validator accepts it.
 * @throws EventSourceError `validation` or, where the data is no JSON, `parse`
 */
export const recogniseEvent: Recognise = ({ name, events }, data) => {
  const found = events.find((event) => accepts(event, data))
  if (found !== undefined) return found
  throw new EventSourceError(
    isJson(data) ? 'validation' : 'parse',
    `${name}: an event without a name is none of the messages`,
    { retrying: true },
  )
}

function accepts({ model, discriminator }: Descriptor, data: string): boolean {
  try {
    const payload = model.unmarshal(data)
    if (discriminator === undefined) return model.validate(payload).valid
    const { property, values } = discriminator
    return (
      typeof payload === 'object' &&
      payload !== null &&
      values.includes(String(Reflect.get(payload, property)))
    )
  } catch {
    return false
  }
}

function isJson(data: string): boolean {
  try {
    JSON.parse(data)
    return true
  } catch {
    return false
  }
}

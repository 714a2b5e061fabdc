import type { ClientChannel, CreateEndDetector, DetectEnd, FindMessage } from './types'

/** Detects the end of the stream by the channel's terminal messages and sentinels, and by the option `endOn`. */
export const createEndDetector: CreateEndDetector = (
  { events, sentinels = [] },
  find,
  endOn = [],
) => {
  const terminals = new Set<PropertyKey | undefined>(endOn)
  for (const { type, isTerminal } of events) if (isTerminal) terminals.add(type)
  if (terminals.size + sentinels.length === 0) return undefined
  return (event) => {
    const { event: name, data } = event
    // The data of a message may equal the text of a sentinel.
    if (sentinels.includes(data) && !events.some(({ type }) => type === name)) return 'sentinel'
    if (terminals.size === 0) return undefined
    if (terminals.has(name)) return 'terminal'
    let type: PropertyKey | undefined
    try {
      type = find(event)?.type
    } catch {
      // The decoder reports the error.
    }
    if (type !== undefined && terminals.has(type)) return 'terminal'
    return terminals.has(data) ? 'sentinel' : undefined
  }
}

/** Detects the end of a stream as the channel describes it; otherwise only by event names and data. */
export function detectEndOf<Events, Params>(
  channel: ClientChannel<Events, Params>,
  find: FindMessage,
  endOn: readonly string[] | undefined,
): DetectEnd | undefined {
  const { createEndDetector } = channel
  if (createEndDetector) return createEndDetector(channel, find, endOn)
  return (
    endOn &&
    (({ event, data }) =>
      event && endOn.includes(event) ? 'terminal' : endOn.includes(data) ? 'sentinel' : undefined)
  )
}

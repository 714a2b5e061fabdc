/** What a stream dispatches, in order. */
export interface ReferenceEvent {
  readonly type: string
  readonly data: string
  readonly lastEventId: string
}

/**
 * Parses a whole stream step by step as in the standard, without regard to speed.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function parseEventStream(bytes: Uint8Array): {
  events: ReferenceEvent[]
  lastEventId: string
  retry: number | undefined
} {
  const events: ReferenceEvent[] = []
  const characters = [...new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)]
  if (characters[0] === '\uFEFF') characters.shift()
  let dataBuffer = ''
  let eventTypeBuffer = ''
  let idBuffer = ''
  let lastEventId = ''
  let retry: number | undefined

  function dispatch(): void {
    lastEventId = idBuffer
    if (dataBuffer === '') {
      eventTypeBuffer = ''
      return
    }
    const data = dataBuffer.endsWith('\n') ? dataBuffer.slice(0, -1) : dataBuffer
    events.push({ type: eventTypeBuffer || 'message', data, lastEventId })
    dataBuffer = ''
    eventTypeBuffer = ''
  }

  function processField(field: string, value: string): void {
    switch (field) {
      case 'event':
        eventTypeBuffer = value
        break
      case 'data':
        dataBuffer += `${value}\n`
        break
      case 'id':
        if (!value.includes('\0')) idBuffer = value
        break
      case 'retry':
        if (value !== '' && [...value].every((digit) => '0123456789'.includes(digit))) {
          retry = Number(value)
        }
        break
    }
  }

  function processLine(line: string): void {
    if (line === '') return dispatch()
    if (line.startsWith(':')) return
    const colon = line.indexOf(':')
    if (colon === -1) return processField(line, '')
    const value = line.slice(colon + 1)
    processField(line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value)
  }

  let line = ''
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index]
    if (character === '\r' && characters[index + 1] === '\n') index++
    if (character === '\r' || character === '\n') {
      processLine(line)
      line = ''
    } else line += character ?? ''
  }
  // The end of the file discards pending data.
  return { events, lastEventId, retry }
}

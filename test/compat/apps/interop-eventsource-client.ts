import { createEventSource } from 'eventsource-client'
import type { Connection, Ears } from './resume'

export function connectEventSourceClient(url: string, { onOpen, onSaid }: Ears): Connection {
  return createEventSource({
    url,
    onConnect: onOpen,
    onMessage: ({ event, data, id }) => {
      if (event === 'said') onSaid(data, id ?? '')
    },
  })
}

import { fetchEventSource } from '@microsoft/fetch-event-source'
import { connectEventSourceClient } from './interop-eventsource-client'
import { report } from './report'
import { connectStandard, resume, type Connection, type Ears } from './resume'

// Third-party clients in a browser; the query of the page selects one.

function connectFetchEventSource(url: string, { onOpen, onSaid }: Ears): Connection {
  const controller = new AbortController()
  void fetchEventSource(url, {
    signal: controller.signal,
    openWhenHidden: true,
    onopen: async () => onOpen(),
    onmessage: ({ event, data, id }) => {
      if (event === 'said') onSaid(data, id)
    },
    onclose: () => {
      throw new Error('the server has ended the stream: again')
    },
  })
  return { close: () => controller.abort() }
}

const here = location.origin
const elsewhere = here.replace('127.0.0.1', 'localhost')

const clients: Readonly<Record<string, () => Promise<string>>> = {
  native: () => resume(here, here, connectStandard(EventSource)),
  'cross-origin': () => resume(here, elsewhere, connectStandard(EventSource)),
  'fetch-event-source': () => resume(here, here, connectFetchEventSource),
  'eventsource-client': () => resume(here, here, connectEventSourceClient),
}

const client = clients[new URLSearchParams(location.search).get('client') ?? '']
report(client === undefined ? Promise.reject(new Error('no such client')) : client())

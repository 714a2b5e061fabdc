import { listen } from '../../../runtime/fetch-client'
import { isEventStream } from '../../../runtime/client/response'
import { ticks, type Tick } from './support/channels'
import { record } from './support/recorder'
import { serve } from './support/server'

test.each([
  'text/event-stream',
  'Text/Event-Stream;charset=utf-8',
  'text/event-stream ; x=y',
  'text/event-stream,',
  ', text/event-stream',
  'text/event-stream, text/event-stream',
  'text/html, text/event-stream',
  'text/event-stream, */*',
  'text/event-stream, no type',
  'text/event-stream; x="a, text/html"',
  'text/event-stream; x="a\\", text/html"',
  'text/event-stream; x="a, text/html',
])('%s is an event stream', (value) => {
  expect(isEventStream(value)).toBe(true)
})

test.each([
  '',
  ',',
  '*/*',
  'text/html',
  'text/event-streams',
  'xtext/event-stream',
  'text/event-stream, text/html',
  'text/html; x="a, text/event-stream"',
  'event-stream',
])('"%s" is not an event stream', (value) => {
  expect(isEventStream(value)).toBe(false)
})

test('the last of two Content-Type headers counts', async () => {
  const server = await serve((res) => {
    res.setHeader('Content-Type', ['text/html', 'text/event-stream'])
    res.flushHeaders()
    res.write('data: null\n\n')
  })
  const { listener, count } = record<{ tick: Tick | null }>()
  const subscription = listen(ticks, listener, null, { baseUrl: server.url })
  const [call] = await count(1)
  subscription.close()
  await server.close()
  expect(call).toMatchObject({ message: null, error: undefined })
})

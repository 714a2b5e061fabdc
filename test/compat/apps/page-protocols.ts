import { Protocols } from './__gen__/channels/index'
import { expectEqual, Received } from './expectations'
import { report } from './report'

// The other way to import, which brings the server half along: it must not keep a page from loading.

const { event_source_client } = Protocols

async function scenario(): Promise<string> {
  const received = new Received<string | null>()
  const subscription = event_source_client.listenForNoticesLevel(
    (message) => received.add(message),
    { level: 'info' },
    { baseUrl: `${location.origin}/api` },
  )
  expectEqual('text', await received.count(1, 'text'), ['line one\nline two'])
  subscription.close()
  return 'scenario passed'
}

report(scenario())

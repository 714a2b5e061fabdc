import { serve, type TestServer } from '../support/server'

/** The server of `smoke.ts`: a stream that breaks within a character, continues, and ends with 204. */
export function serveSmoke(): Promise<TestServer> {
  const head = { 'Content-Type': 'text/event-stream; charset=utf-8' }
  return serve((res, req) => {
    if (req.url !== '/rooms/a%2Fb/events') return res.writeHead(404).end()
    if (req.headers.authorization !== 'Bearer abc') return res.writeHead(401).end()
    const id = req.headers['last-event-id']
    if (id === undefined) {
      res.writeHead(200, head)
      const bytes = Buffer.from(
        'retry: 100\n\nid: 1\nevent: joined\ndata: {"user":"Zoë 😀"}\n\nid: 2\nevent: left\ndata: {"user":"Zoë 😀',
      )
      res.write(bytes.subarray(0, -2), () => res.destroy())
      return res
    }
    if (id === '1') {
      res.writeHead(200, head)
      return res.end(
        'id: 2\nevent: left\r\ndata: {"user":"Zoë 😀",\rdata: "reason":"late"}\r\n\r\n',
      )
    }
    return res.writeHead(204).end()
  })
}

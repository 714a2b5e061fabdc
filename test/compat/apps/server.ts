import express, { Router, type Request, type Response } from 'express'
import {
  createRoomsRoomIdEventsHub,
  Said,
  registerSendNoticesLevel,
  registerSendPulse,
} from './__gen__/index'
import { broker, closeBroker } from './broker'

// Serves the document `rooms`, runs the commands of the scenario, and serves the page for browsers.

declare const process: { readonly env: Readonly<Record<string, string | undefined>> }

const hub = createRoomsRoomIdEventsHub({
  ...(broker === undefined ? {} : { broker }),
  cors: true,
  lastEventIdParameter: 'lastEventId',
  retry: 200,
  authorize: (_req, { roomId }, { token }) => roomId !== 'locked' || token === 'let-me-in',
})
/** The scenario has tokens for the hub alone. */
const ANYONE = { authorize: false } as const
const streams = new Set<Response>()
const router = Router()
const app = express()

app.use((req, res, next) => {
  if (!String(req.headers.accept).includes('text/event-stream')) return next()
  streams.add(res)
  res.on('close', () => streams.delete(res))
  next()
})
app.post('/control/:action', (req, res) => {
  control(req).then(
    (text) => res.type('text').send(text),
    (error: unknown) => res.status(500).type('text').send(String(error)),
  )
})
app.get('/mail', (_req, res) => {
  res.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' })
  res.write(
    ': hello\n\nid: a\ndata: -1\n\ndata: no JSON\n\nevent: foreign\ndata: 7\n\nid: b\ndata: 3\n\n',
  )
})
app.post('/result', express.text({ type: '*/*' }), (req, res) => {
  console.log(`result: ${req.body}\nend of result`)
  res.end()
})
app.use(express.static(process.env['PUBLIC'] ?? 'public'))
app.use('/api', router)

hub.register(router)
registerSendNoticesLevel(
  router,
  async (_req, res, _next, parameters, sendEvent) => {
    if (parameters.level === 'warning') {
      res.status(401).end()
      return
    }
    await sendEvent('line one\nline two', { id: '1' })
  },
  ANYONE,
)
registerSendPulse(
  router,
  async (_req, _res, _next, parameters, sendEvent) => {
    await sendEvent(null, { id: String(parameters) })
  },
  ANYONE,
)

async function control(req: Request): Promise<string> {
  const { room = '', text = '' } = req.query as Record<string, string | undefined>
  switch (req.params['action']) {
    case 'say':
      return hub.publish(new Said({ user: { id: 'u1', name: 'Ada' }, text }), {
        parameters: { roomId: room },
      })
    case 'drop':
      for (const res of streams) res.destroy()
      return 'dropped'
    case 'clients':
      return String(hub.size)
    case 'exit':
      void exit()
      return 'bye'
    default:
      throw new Error('unknown')
  }
}

/** Graceful shutdown: nothing is left that would keep the process. */
async function exit(): Promise<void> {
  await hub.close()
  await closeBroker()
  for (const res of streams) res.destroy()
  server.close()
}

const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(`listening on ${typeof address === 'object' ? address?.port : address};`)
})

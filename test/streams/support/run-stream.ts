import type { ScriptedStream } from '../apis'
import { collect, type Client, type Received } from './generated'
import { answer, broken, serveApi, stream, type Call, type ScriptedApi } from './scripted-api'

/** What was wrong with a stream; empty if it works. */
export type Faults = string[]

const quick = { initialDelay: 0, factor: 1, jitter: 0, maxDelay: 1 }

interface Outcome {
  readonly events: readonly Received[]
  readonly error: unknown
  /** Errors of events, and events that the document does not describe. */
  readonly reported: number
  readonly calls: readonly Call[]
}

/**
 * Runs the client of one stream against a server that behaves as the API does.
 * @param cut whether the connection is cut after each number of bytes; one request each
 */
export async function runStream(
  client: Client,
  script: ScriptedStream,
  cut: boolean,
): Promise<Faults> {
  const faults: Faults = []
  const check = (holds: boolean, fault: string): void => {
    if (!holds) faults.push(fault)
  }
  const isSentOnce = script.method === 'POST'
  const closed = answer(204, {})
  const blocks = [
    ...script.events.map(({ text }) => text),
    ...(script.end === undefined ? [] : [`data: ${script.end}`]),
  ]

  const complete = await call(client, script, stream(...blocks), closed)
  const expected = script.events.flatMap(({ message }) => message ?? [])
  const types = complete.events.map(({ type }) => type)
  check(complete.error === undefined, `it ends with ${String(complete.error)}`)
  check(types.join() === expected.join(), `events ${types.join()} instead of ${expected.join()}`)
  const unreported = script.events.length - expected.length - complete.reported
  check(unreported === 0, `${unreported} events are neither delivered nor reported`)
  const [first] = complete.calls
  check(first?.method === script.method, `method ${first?.method}`)
  check(first?.url === script.path, `path ${first?.url}`)
  if (isSentOnce) {
    check(complete.calls.length === 1, `${complete.calls.length} requests`)
    check(first?.body === JSON.stringify(script.body), `body ${first?.body}`)
    check(first?.headers['content-type'] === 'application/json', 'content type')
  }

  const refused = await call(client, script, answer(401, { error: { message: 'no key' } }), closed)
  const { error } = refused as { error?: { status?: number; body?: string } }
  check(error?.status === 401, `401 gives ${String(error)}`)
  check(error?.body === '{"error":{"message":"no key"}}', `the body of 401 is ${error?.body}`)

  const limited = answer(429, { error: 'slow down' }, { 'Retry-After': '0' })
  const retried = await call(client, script, limited, stream(...blocks), closed)
  check(retried.error === undefined, `after 429 it ends with ${String(retried.error)}`)
  check(
    retried.events.length === expected.length,
    `after 429 it has ${retried.events.length} events`,
  )
  check(!isSentOnce || retried.calls.length === 2, `429 gives ${retried.calls.length} requests`)

  if (cut) faults.push(...(await runCuts(client, script, blocks, expected.length)))
  return faults
}

async function runCuts(
  client: Client,
  script: ScriptedStream,
  blocks: readonly string[],
  count: number,
): Promise<Faults> {
  const bytes = Buffer.from(blocks.map((text) => `${text}\n\n`).join(''))
  const isSentOnce = script.method === 'POST'
  for (let length = 0; length < bytes.length; length += 1) {
    const outcome = await call(client, script, broken(bytes.subarray(0, length)), answer(204, {}))
    const { error, calls, events } = outcome
    const code = (error as { code?: string } | undefined)?.code
    if (isSentOnce && calls.length !== 1) return [`cut at ${length}: ${calls.length} requests`]
    const isGood = isSentOnce ? code === 'incomplete' : error === undefined
    if (!isGood) return [`cut at ${length}: ${String(error)}`]
    if (events.length > count) return [`cut at ${length}: ${events.length} events`]
  }
  return []
}

async function call(
  client: Client,
  { name, parameters, body, options }: ScriptedStream,
  ...answers: Parameters<typeof serveApi>
): Promise<Outcome> {
  const api = await serveApi(...answers)
  let reported = 0
  try {
    const all = {
      baseUrl: api.url,
      reconnect: quick,
      onError: ({ code }: { code?: string }) => {
        if (code !== undefined && EVENT_ERRORS.includes(code)) reported += 1
      },
      onUnknownEvent: () => (reported += 1),
      ...(body !== undefined && { body }),
      ...withOrigin(options, api),
    }
    const open = client[`stream${name}`]
    if (open === undefined) throw new Error(`the client has no function stream${name}`)
    const result = await collect(parameters === undefined ? open(all) : open(parameters, all))
    return { ...result, reported, calls: api.calls }
  } finally {
    await api.close()
  }
}

/** Codes of errors of one event, after which the stream continues. */
const EVENT_ERRORS = ['parse', 'validation', 'too-large']

function withOrigin(options: object | undefined, { url: origin }: ScriptedApi): object | undefined {
  return options !== undefined && 'url' in options
    ? { ...options, url: origin + String(options.url) }
    : options
}

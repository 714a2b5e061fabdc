/** A client of a run that reads undecoded events. */
export interface WireEvent {
  readonly id: string
  readonly event: string
  readonly data: string
}

export interface Reading {
  readonly status: number
  readonly headers: Headers
  readonly events: WireEvent[]
  /** Whether the response was complete. */
  readonly isComplete: boolean
}

/** Reads the events of a response until its end, or until the function returns true. */
export async function readResponse(
  response: Response,
  until: (events: readonly WireEvent[]) => boolean = () => false,
): Promise<Reading> {
  const { status, headers } = response
  const events: WireEvent[] = []
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  let isComplete = false
  try {
    while (reader !== undefined && !until(events)) {
      const { done, value } = await reader.read()
      if (done) {
        isComplete = true
        break
      }
      text += value
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      events.push(...blocks.flatMap(parseBlock))
    }
  } catch {
    // The response was broken off.
  }
  await reader?.cancel().catch(() => undefined)
  return { status, headers, events, isComplete: isComplete || reader === undefined }
}

function parseBlock(block: string): WireEvent[] {
  const fields = new Map(
    block.split('\n').map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 2)]
    }),
  )
  const data = fields.get('data')
  if (data === undefined) return []
  return [{ id: fields.get('id') ?? '', event: fields.get('event') ?? '', data }]
}

/** The number in the data of each token. */
export const tokensOf = (events: readonly WireEvent[]): number[] =>
  events
    .filter(({ event }) => event === 'token')
    .map(({ data }) => (JSON.parse(data) as { n: number }).n)

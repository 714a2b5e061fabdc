/** Maximum length of the response text in an error, UTF-16 units. */
const MAX_LENGTH = 16_384

/** Maximum time to wait for the text, ms. */
const TIMEOUT = 2000

/** Discards the rest of a body, or of its reader, to release the connection. Errors of it are ignored. */
export function cancel(stream: { cancel(): Promise<void> } | null | undefined): void {
  stream?.cancel().catch(() => undefined)
}

/** The beginning of the text of a response, as far as it arrives in time. Never rejects. */
export async function readExcerpt({ body }: Response): Promise<string> {
  const reader = body?.getReader()
  const timer = setTimeout(cancel, TIMEOUT, reader)
  const decoder = new TextDecoder()
  let text = ''
  try {
    for (let part; reader && text.length < MAX_LENGTH && !(part = await reader.read()).done;) {
      text += decoder.decode(part.value, { stream: true })
    }
  } catch {
    // The rest of the text is lost.
  }
  clearTimeout(timer)
  cancel(reader)
  return text.slice(0, MAX_LENGTH)
}

/**
 * `Retry-After` in ms from now: seconds, or a date in one of the three forms (RFC 9110 §5.6.7, §10.2.3). The first value
 * applies if `fetch` has joined several.
 * @returns 0 if it is neither; negative if the date has passed
 */
export function parseRetryAfter(value: string | null): number {
  // The asctime form has no time zone; it is UTC.
  const [, seconds, date] =
    /^\s*(?:(\d+)|([A-Z][a-z]+,? [\w -]+:\d\d:\d\d(?: \d{4})?)(?: GMT)?)\s*(?:,|$)/.exec(
      value ?? '',
    ) ?? []
  const ms = seconds ? Number(seconds) * 1000 : Date.parse(`${date} GMT`) - Date.now()
  return ms || 0
}

/**
 * Whether a `Content-Type` is that of an event stream. If there are several, the last valid one applies.
 * @see https://fetch.spec.whatwg.org/#concept-header-extract-mime-type
 */
export function isEventStream(value: string): boolean {
  const types = value
    // A comma in a quoted string is not a separator, and `*/*` is ignored.
    .replace(/"(?:[^"\\]|\\.)*"?/g, '')
    .split(',')
    .flatMap((item) => /^\s*([^\s;/*]+\/[^\s;/]+)\s*(?:;|$)/.exec(item)?.[1] ?? [])
  return types.at(-1)?.toLowerCase() === 'text/event-stream'
}

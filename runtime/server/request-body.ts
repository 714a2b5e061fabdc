import type { BodyDescriptor } from '../core/model'

/** A request with a body to read. It is independent of hosts: each host passes its own functions. */
export interface BodySource {
  /** Value of a header, by its name in lower case. */
  header(name: string): string | undefined
  /** Chunks of an unread body; undefined if the body was read. */
  readonly chunks: AsyncIterable<Uint8Array> | undefined
  /** The value that middleware parsed from the body. */
  readonly parsed?: unknown
  /** Whether the connection must be closed if the rest of a body is not read (RFC 9110 §15.5.14). */
  readonly isClosedAfterRefusal?: boolean
}

/** The members of an exchange that reading its body uses. */
interface BodyExchange {
  readonly response: { setHeader(name: string, value: string): unknown }
  bodySource(): BodySource
}

/** Reason of a refused body; `status` is the status of the response. */
export class BodyError extends Error {
  override readonly name = 'BodyError'
  readonly status: 400 | 413 | 415
  /** JSON pointer (RFC 6901) to the invalid part of the body, if one part is invalid. */
  readonly pointer: string | undefined

  constructor(status: 400 | 413 | 415, message: string, pointer?: string) {
    super(message)
    this.status = status
    this.pointer = pointer
  }
}

/**
 * Reads, decodes and validates the body of a request. The response to a refused body closes the connection if necessary.
 * @param maxBytes maximum size of the body
 * @returns undefined if the body is absent and not required
 * @throws BodyError 413 too large, 415 another media type or coding, 400 malformed or not valid against the schema
 */
export async function readBody<B>(
  exchange: BodyExchange,
  descriptor: BodyDescriptor<B>,
  maxBytes: number,
): Promise<B | undefined> {
  const source = exchange.bodySource()
  try {
    return await readSource(source, descriptor, maxBytes)
  } catch (error) {
    if (error instanceof BodyError && source.isClosedAfterRefusal === true) {
      exchange.response.setHeader('Connection', 'close')
    }
    throw error
  }
}

async function readSource<B>(
  source: BodySource,
  descriptor: BodyDescriptor<B>,
  maxBytes: number,
): Promise<B | undefined> {
  const text =
    source.chunks === undefined
      ? textOf(source.parsed, descriptor)
      : await readText(source, source.chunks, descriptor, maxBytes)
  if (text === '') {
    if (!descriptor.isRequired) return undefined
    throw new BodyError(400, `the request needs a body of ${descriptor.contentType}`)
  }
  return decode(text, descriptor)
}

async function readText<B>(
  source: BodySource,
  chunks: AsyncIterable<Uint8Array>,
  { contentType }: BodyDescriptor<B>,
  maxBytes: number,
): Promise<string> {
  const tooLarge = (): BodyError => new BodyError(413, `the body is larger than ${maxBytes} bytes`)
  // The declared length is sufficient to refuse the body without reading it.
  if (Number(source.header('content-length') ?? 0) > maxBytes) throw tooLarge()
  const isEmpty =
    source.header('content-length') === '0' ||
    (source.header('content-length') === undefined &&
      source.header('content-type') === undefined &&
      source.header('transfer-encoding') === undefined)
  if (!isEmpty) checkMediaType(source, contentType)
  const parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge()
    parts.push(chunk)
  }
  if (size > 0 && isEmpty) checkMediaType(source, contentType)
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true })
    return parts.map((part) => decoder.decode(part, { stream: true })).join('') + decoder.decode()
  } catch {
    throw new BodyError(400, 'the body is not UTF-8')
  }
}

/** @throws BodyError 415 (RFC 9110 §15.5.16) */
function checkMediaType(source: BodySource, expected: string): void {
  const coding = source.header('content-encoding')
  if (coding !== undefined && coding.trim().toLowerCase() !== 'identity') {
    throw new BodyError(415, `the content coding "${coding}" is not supported; send it without`)
  }
  const [type = '', ...parameters] = (source.header('content-type') ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  const isMatching = isTextType(expected)
    ? type.startsWith('text/')
    : /^application\/(?:[\w.!#$&^+-]+\+)?json$/.test(type)
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))
  if (!isMatching || (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset))) {
    throw new BodyError(415, `the content type must be ${expected} in UTF-8`)
  }
}

function isTextType(type: string): boolean {
  return type.startsWith('text/')
}

/** Converts a body back to text if middleware has parsed it. */
function textOf<B>(parsed: unknown, { contentType }: BodyDescriptor<B>): string {
  if (parsed === undefined) return ''
  if (parsed instanceof Uint8Array) return new TextDecoder().decode(parsed)
  // Middleware that reads text leaves parsing JSON to its user.
  if (typeof parsed === 'string') return parsed
  return isTextType(contentType) ? String(parsed) : JSON.stringify(parsed)
}

function decode<B>(text: string, { model, contentType }: BodyDescriptor<B>): B {
  let body: B
  try {
    body = model.unmarshal(text)
  } catch {
    throw new BodyError(400, `the body is not ${isTextType(contentType) ? 'text' : 'JSON'}`)
  }
  const result = model.validate(body)
  if (result.valid) return body
  const [error] = result.errors
  const place = error?.pointer === '' || error === undefined ? 'the body' : error.pointer
  throw new BodyError(
    400,
    `${place} must be ${error?.expected ?? 'something else'}, found ${error?.found ?? 'something else'}`,
    error?.pointer ?? '',
  )
}

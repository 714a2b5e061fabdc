import { extensionOf } from './extension'
import { asObject, asString, isJsonObject, type JsonObject } from '../json'
import { constantsOf } from './schema-constants'

/** Text that ends a stream by convention: capitals in brackets, e.g. `[DONE]`. */
const SENTINEL = /^\[[A-Z][A-Z0-9 _-]*\]$/

/** How a message ends its stream. */
export interface Ending {
  /** Whether the stream ends after this message. */
  readonly isTerminal: boolean
  /** Data of the message if it is only an end marker, which is not delivered; otherwise null. */
  readonly sentinel: string | null
}

/**
 * @param terminators end markers that the document declares (`x-sse`)
 * @param names event names of the message
 */
export function endingOf(
  message: JsonObject,
  payload: unknown,
  terminators: readonly string[],
  names: readonly string[],
): Ending {
  const values = constantsOf(payload)
  const [value] = values ?? []
  if (values?.length === 1 && typeof value === 'string') {
    if (SENTINEL.test(value) || terminators.includes(value)) {
      return { isTerminal: true, sentinel: value }
    }
  }
  const isTerminal =
    extensionOf(message)['terminal'] === true || names.some((name) => terminators.includes(name))
  const isText = isTerminal && values?.length === 1 && typeof value === 'string'
  return { isTerminal, sentinel: isText ? value : null }
}

/** Whether a payload is only an end marker. */
export function isSentinelPayload(payload: unknown): boolean {
  const values = constantsOf(payload)
  const [value] = values ?? []
  return values?.length === 1 && typeof value === 'string' && SENTINEL.test(value)
}

/** `x-sse` of a part of a document or of its bindings, or its `sse` binding. */
export function sseExtensionOf(raw: JsonObject): JsonObject | undefined {
  const bindings = asObject(raw['bindings'])
  const extension = raw['x-sse'] ?? bindings['x-sse'] ?? bindings['sse']
  if (isJsonObject(extension)) return extension
  return extension === undefined || extension === false ? undefined : {}
}

/** Values of `x-sse.terminator`, without the field name that some documents prepend. */
export function terminatorsOf(parts: readonly JsonObject[]): string[] {
  return parts.flatMap((part) => {
    const text = asString(sseExtensionOf(part)?.['terminator'])
    return text === undefined ? [] : [text.replace(/^(data|event): ?/, '')]
  })
}

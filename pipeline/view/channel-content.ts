import { Code } from '../../filters/code'
import type { Models } from '../codegen/models'
import type { PayloadModel } from '../codegen/shapes'
import type { SourceMessage } from '../document/document'
import { describeMessage, examplesOf } from '../document/messages'
import { asString } from '../json'
import { UNDOCUMENTED } from '../schema/schema'
import type { Samples } from '../samples/samples'
import { lazy } from './freeze'
import type { EventPlan } from './messages'
import type { Channel, ChannelBody, ChannelEvent } from './view'

/** The events of a channel, in the order of their plans. */
export function buildEvents(
  plans: readonly EventPlan[],
  models: Models,
  samples: Samples,
): ChannelEvent[] {
  const payloads = plans.map(({ payloadName }) => payloadOf(payloadName, models))
  return plans.map((plan, index) => buildEvent(plan, payloads, index, samples))
}

function buildEvent(
  { message, type, aliases, discriminator, ending }: EventPlan,
  payloads: readonly (PayloadModel | null)[],
  index: number,
  samples: Samples,
): ChannelEvent {
  const payload = payloads[index] ?? null
  const examples = examplesOf(message)
  const sample = lazy(() => samples.samplePayload(payload, examples))
  const isInstanceUnique =
    payload !== null &&
    payload.isClass &&
    payloads.filter((other) => other === payload).length === 1
  const texts = describeMessage(message)
  return {
    type,
    aliases,
    payload,
    isInstanceUnique,
    requiresEventOption: payloads.length > 1 && !isInstanceUnique,
    discriminator,
    isTerminal: ending.isTerminal,
    ...texts,
    documentation: { ...UNDOCUMENTED, ...texts },
    examples,
    get sample() {
      return sample()
    },
    get hasSample() {
      return payload === null || sample() !== null
    },
  }
}

const UNKNOWN = new Code('unknown')

/**
 * The body of the request.
 * @param payloadNames names of the requested payload models of the messages
 */
export function buildBody(
  messages: readonly SourceMessage[],
  payloadNames: readonly (string | null)[],
  models: Models,
  samples: Samples,
): ChannelBody {
  const payloads = payloadNames.flatMap((name) => payloadOf(name, models) ?? [])
  const isText = payloads.length > 0 && payloads.every(({ isRawText }) => isRawText)
  const [message] = messages
  const [payload = null] = payloads
  const sample = lazy(() =>
    payload === null || message === undefined
      ? null
      : samples.samplePayload(payload, examplesOf(message)),
  )
  return {
    payloads,
    hasAlternatives: payloads.length > 1,
    types: payloads.length > 0 ? payloads.map((one) => one.name) : [UNKNOWN],
    inputTypes: payloads.length > 0 ? payloads.flatMap(({ inputTypes }) => inputTypes) : [UNKNOWN],
    contentType: isText
      ? (asString(message?.raw['contentType']) ?? 'text/plain')
      : 'application/json',
    isJson: !isText,
    isRequired: payloads.length > 0,
    title: asString(message?.raw['title']),
    description: asString(message?.raw['description']) ?? asString(message?.raw['summary']),
    get sample() {
      return sample()
    },
  }
}

/** How the stream of a channel ends. */
export function endOf(
  sentinels: readonly string[],
  events: readonly ChannelEvent[],
  body: ChannelBody | null,
): Pick<Channel, 'sentinels' | 'sentinel' | 'hasTerminalEvent' | 'needsEndDetector'> {
  const hasTerminalEvent = events.some(({ isTerminal }) => isTerminal)
  return {
    sentinels,
    sentinel: sentinels[0] ?? null,
    hasTerminalEvent,
    needsEndDetector:
      body !== null || sentinels.length > 0 || events.length > 1 || hasTerminalEvent,
  }
}

function payloadOf(name: string | null, models: Models): PayloadModel | null {
  return name === null ? null : (models.byRequest.get(name) ?? null)
}

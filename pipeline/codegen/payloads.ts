import { Code } from '../../filters/code'
import {
  documentationOf,
  mergeDocumentation,
  UNDOCUMENTED,
  type Documentation,
  type Schema,
} from '../schema/schema'
import { buildModule, type ModuleContext } from './payload-module'
import type { PayloadRequest } from './requests'
import type { MessageModel, PayloadModule } from './shapes'

export type Payload = PayloadRequest & { readonly isRawText: boolean }

/** A payload with its schema and the module of the schema. */
export interface PlacedPayload {
  readonly payload: Payload
  readonly schema: Schema
  readonly owner: string | undefined
}

/** Content of one file of `payloads/`. */
interface Plan {
  readonly name: string
  readonly schema: Schema
  /** The message with the name of the module. */
  own?: Payload
  /** Messages with the same schema and other names. */
  readonly messages: Payload[]
}

/**
 * The modules of payloads by name: those of the messages in message order, then shared schemas. If the schema of a
 * payload has its own module, that module declares the message.
 */
export function buildPayloadModules(
  payloads: readonly PlacedPayload[],
  shared: ReadonlyMap<string, Schema>,
  context: ModuleContext,
): ReadonlyMap<string, PayloadModule> {
  const plans = new Map<string, Plan>()
  const planOf = (name: string, schema: Schema): Plan => {
    const plan = plans.get(name) ?? { name, schema, messages: [] }
    plans.set(name, plan)
    return plan
  }
  const isText = new Map(payloads.map(({ payload }) => [payload.name, payload.isRawText]))
  for (const { payload, schema, owner } of payloads) {
    // A schema has separate models for text and for JSON.
    const fits = owner !== undefined && payload.isRawText === (isText.get(owner) ?? false)
    if (!fits) planOf(payload.name, schema).own = payload
    else if (owner === payload.name) planOf(owner, shared.get(owner) ?? true).own = payload
    else planOf(owner, shared.get(owner) ?? true).messages.push(payload)
  }
  for (const [name, schema] of shared) planOf(name, schema)
  const branded = modulesOfEqualShape([...plans.values()])
  return new Map(
    [...plans.values()].map((plan) => [
      plan.name,
      buildPayloadModule(plan, branded.has(plan.name), context),
    ]),
  )
}

function buildPayloadModule(
  { name, schema, own, messages }: Plan,
  isBranded: boolean,
  context: ModuleContext,
): PayloadModule {
  const module = buildModule(
    {
      name,
      schema,
      documentation: messageDocumentation(own, documentationOf(schema)),
      isRawText: own?.isRawText ?? false,
      isBranded,
      messages: messages.map((message) => message.name),
      payloadsPath: '.',
    },
    context,
  )
  const isClass = module.plainTypeName.text !== module.name.text
  return {
    ...module,
    isClass,
    inputTypes: isClass ? [module.name, module.plainTypeName] : [module.name],
    messages: messages.map((message): MessageModel => {
      const plain = isClass ? `${message.name}Interface` : message.name
      return {
        name: new Code(message.name),
        plainTypeName: new Code(plain),
        documentation: messageDocumentation(message, UNDOCUMENTED),
        type: module.type,
        isRawText: module.isRawText,
        isClass,
        inputTypes: isClass ? [new Code(message.name), new Code(plain)] : [new Code(message.name)],
      }
    }),
  }
}

/** Modules of messages that share their shape with other messages: a brand makes their classes distinct. */
function modulesOfEqualShape(plans: readonly Plan[]): ReadonlySet<string> {
  const byShape = new Map<string, Plan[]>()
  for (const plan of plans.filter(({ own }) => own !== undefined)) {
    const shape = JSON.stringify(plan.schema, (key, value: unknown) =>
      key === 'documentation' ? undefined : value,
    )
    byShape.set(shape, [...(byShape.get(shape) ?? []), plan])
  }
  const shared = [...byShape.values()].filter(
    ([first, ...others]) => others.length > 0 || (first?.messages.length ?? 0) > 0,
  )
  return new Set(shared.flat().map(({ name }) => name))
}

/** Documentation of the message, otherwise of the schema. */
function messageDocumentation(message: Payload | undefined, own: Documentation): Documentation {
  if (message === undefined) return own
  const { title, description, deprecated = false, examples = [] } = message
  return mergeDocumentation([{ ...UNDOCUMENTED, title, description, deprecated, examples }, own])
}

import { addressParts } from '../../filters/address'
import { Code } from '../../filters/code'
import { UNDOCUMENTED, type Schema } from '../models/schema'
import type {
  ParameterShape,
  ParametersModule,
  PayloadModule,
  QueryShape,
  TypeShape,
} from '../models/shapes'
import type { ChannelEvent, ChannelExample } from '../view'
import { fit, schemaOfType, typesByName } from './fit'
import { holds, withinLimits } from './holds'
import { exampleOf, type Sample } from './sample'

/** Longest example of a parameter, in characters: it is shown in a URL, at each place of the address that asks for it. */
const MAX_VALUE = 200

/** Sample values of what a document describes: its own examples where they are valid, else made from the schemas. */
export class Samples {
  readonly #types: ReadonlyMap<string, TypeShape>
  readonly #schemas = new Map<string, Schema>()

  /** @param modules all payload modules: schemas refer to each other by their names */
  constructor(modules: readonly PayloadModule[]) {
    this.#types = typesByName(modules)
    for (const [name, type] of this.#types) this.#schemas.set(name, schemaOfType(type))
    for (const { name, plain, schema, alias } of modules) {
      const known = alias === null ? schema : { reference: alias.name.text }
      if (known === null) continue
      this.#schemas.set(name.text, known)
      this.#schemas.set(plain.text, known)
    }
  }

  /** A payload that can be sent, and written as a literal of its type; null where none is found. */
  payload(module: PayloadModule | null, examples: readonly unknown[]): Sample | null {
    if (module === null) return null
    const schema: Schema = { reference: module.name.text }
    for (const given of [examples, []]) {
      const found = exampleOf(schema, given, this.#resolve)
      if (found === undefined) return null
      const fitted = fit(found.value, module.type, (name) => this.#types.get(name))
      const isMet = withinLimits(this.#resolve, (limited) => holds(schema, fitted, limited))
      if (isMet === true) return { value: fitted }
    }
    return null
  }

  /** What a call of the channel needs. */
  channel(
    address: string,
    parameters: ParametersModule | null,
    query: QueryShape | null,
    events: readonly ChannelEvent[],
  ): ChannelExample {
    const path = parameters === null ? null : this.#values(parameters.parameters)
    const search = query === null ? null : this.#values(query.parameters.filter(isNeeded))
    return {
      complete:
        path?.missing !== true &&
        search?.missing !== true &&
        Object.values(path?.values ?? {}).every(isSegment),
      parameters: path?.values ?? null,
      query: search?.values ?? null,
      path: new Code(samplePath(address, path?.values ?? {}) + sampleSearch(search?.values ?? {})),
      sampled: events.some(({ sendable }) => sendable),
      models: [
        ...new Set(
          events.flatMap(({ payload, sendable }) =>
            sendable && payload?.instance === true ? [payload.name] : [],
          ),
        ),
      ],
    }
  }

  #values(shapes: readonly ParameterShape[]): {
    readonly values: Readonly<Record<string, unknown>>
    readonly missing: boolean
  } {
    const entries = shapes.flatMap(({ name, schema, type, default: fallback, documentation }) => {
      // The type is narrower: not all JSON values can stand in an address.
      const written = { documentation: UNDOCUMENTED, allOf: [schema, schemaOfType(type)] }
      const examples = [
        ...(documentation.examples ?? []),
        ...(fallback === null ? [] : [fallback.value]),
      ].filter((example) => textOf(example).length <= MAX_VALUE)
      const made = exampleOf(written, examples, this.#resolve, name)
      return made === undefined ? [] : [[name, made.value] as const]
    })
    return { values: Object.fromEntries(entries), missing: entries.length < shapes.length }
  }

  readonly #resolve = (name: string): Schema | undefined => this.#schemas.get(name)
}

function isNeeded({ required, default: fallback }: ParameterShape): boolean {
  return required && fallback === null
}

/** Whether a value can stand in a path: browsers take `.` and `..` away. */
function isSegment(value: unknown): boolean {
  return !['', '.', '..'].includes(textOf(value))
}

/** The path of an address with parameters filled in, percent-encoded (RFC 3986 §2.1), with a leading slash. */
function samplePath(address: string, parameters: Readonly<Record<string, unknown>>): string {
  const path = addressParts(address)
    .map((part) =>
      'parameter' in part
        ? encode(textOf(parameters[part.parameter] ?? part.parameter))
        : part.text.split('/').map(encode).join('/'),
    )
    .join('')
  return `/${path.replace(/^\/+/, '')}`
}

function sampleSearch(query: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map(
      (item) => `${encode(name)}=${encode(textOf(item))}`,
    ),
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** A value in a URL. An object of the document may have a `toString` of its own, which is no function. */
function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function encode(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, '\ufffd')).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

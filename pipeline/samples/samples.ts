import { addressParts } from '../../filters/address'
import { Code } from '../../filters/code'
import { UNDOCUMENTED, type Schema } from '../schema/schema'
import type {
  ParameterShape,
  ParametersModule,
  PayloadModel,
  PayloadModule,
  QueryShape,
  TypeShape,
} from '../codegen/shapes'
import { pruneToType, schemaOfType, typesByName } from './prune-to-type'
import { isValidValue, withBudget } from './validate'
import { exampleOf, type Sample } from './sample'

/** Sample values for a call of a channel. */
export interface ChannelExample {
  /** Whether all required values were found. */
  readonly hasAllValues: boolean
  /** A value for each parameter; null without parameters. */
  readonly parameters: Readonly<Record<string, unknown>> | null
  /** A value for each required query parameter; null without query parameters. */
  readonly query: Readonly<Record<string, unknown>> | null
  /** The address with these values, percent-encoded. */
  readonly path: Code
  /** Content of the body; null without a body, or if the body is not required. */
  readonly body: { readonly value: unknown } | null
  /** Whether any event has a sample. */
  readonly hasSamples: boolean
  /** Models that the samples instantiate, without duplicates. */
  readonly models: readonly Code[]
}

/** The members of an event that samples depend on. */
interface SampledEvent {
  readonly payload: PayloadModel | null
  readonly hasSample: boolean
}

/** The members of a body that samples depend on. */
interface SampledBody {
  readonly isRequired: boolean
  readonly sample: { readonly value: unknown } | null
}

/** Maximum length of a parameter's example, in characters: it appears in a URL, at each occurrence in the address. */
const MAX_VALUE_LENGTH = 200

/** Sample values of a document: its own examples if valid, otherwise generated from the schemas. */
export class Samples {
  readonly #types: ReadonlyMap<string, TypeShape>
  readonly #schemas = new Map<string, Schema>()

  /** @param modules all payload modules, because schemas reference each other by module name */
  constructor(modules: readonly PayloadModule[]) {
    this.#types = typesByName(modules)
    for (const [name, type] of this.#types) this.#schemas.set(name, schemaOfType(type))
    for (const module of modules) {
      for (const { name, plainTypeName } of [module, ...module.messages]) {
        this.#schemas.set(name.text, module.schema)
        this.#schemas.set(plainTypeName.text, module.schema)
      }
    }
  }

  /** A valid payload that can be written as a literal of its type; null if none is found. */
  samplePayload(module: PayloadModel | null, examples: readonly unknown[]): Sample | null {
    if (module === null) return null
    const schema: Schema = { reference: module.name.text }
    for (const given of [examples, []]) {
      const found = exampleOf(schema, given, this.#resolve)
      if (found === undefined) return null
      const fitted = pruneToType(found.value, module.type, (name) => this.#types.get(name))
      const isValid = withBudget(this.#resolve, (limited) => isValidValue(schema, fitted, limited))
      if (isValid === true) return { value: fitted }
    }
    return null
  }

  /** Sample values for a call of the channel. */
  sampleChannel(
    address: string,
    parameters: ParametersModule | null,
    query: QueryShape | null,
    events: readonly SampledEvent[],
    body: SampledBody | null,
  ): ChannelExample {
    const path =
      parameters === null ? null : this.#parameterValues(parameters.parameters, isPathSegment)
    const search =
      query === null ? null : this.#parameterValues(query.parameters.filter(mustBeGiven))
    return {
      hasAllValues:
        path?.hasMissing !== true &&
        search?.hasMissing !== true &&
        (body?.isRequired !== true || body.sample !== null) &&
        Object.values(path?.values ?? {}).every(isPathSegment),
      parameters: path?.values ?? null,
      query: search?.values ?? null,
      body: body?.sample ?? null,
      path: new Code(samplePath(address, path?.values ?? {}) + sampleSearch(search?.values ?? {})),
      hasSamples: events.some(({ hasSample }) => hasSample),
      models: [
        ...new Set(
          events.flatMap(({ payload, hasSample }) =>
            hasSample && payload?.isClass === true ? [payload.name] : [],
          ),
        ),
      ],
    }
  }

  /** @param isUsable whether an example is possible at this place of the URL */
  #parameterValues(
    shapes: readonly ParameterShape[],
    isUsable: (value: unknown) => boolean = () => true,
  ): {
    readonly values: Readonly<Record<string, unknown>>
    readonly hasMissing: boolean
  } {
    const entries = shapes.flatMap(({ name, schema, type, default: fallback, documentation }) => {
      // The type is narrower than the schema: not every JSON value is possible in an address.
      const written = { documentation: UNDOCUMENTED, allOf: [schema, schemaOfType(type)] }
      const examples = [
        ...(documentation.examples ?? []),
        ...(fallback === null ? [] : [fallback.value]),
      ].filter((example) => urlText(example).length <= MAX_VALUE_LENGTH && isUsable(example))
      const made = exampleOf(written, examples, this.#resolve, name)
      return made === undefined ? [] : [[name, made.value] as const]
    })
    return { values: Object.fromEntries(entries), hasMissing: entries.length < shapes.length }
  }

  readonly #resolve = (name: string): Schema | undefined => this.#schemas.get(name)
}

function mustBeGiven({ required, default: fallback }: ParameterShape): boolean {
  return required && fallback === null
}

/** Whether a value is possible as a path segment: browsers remove `.` and `..`. */
function isPathSegment(value: unknown): boolean {
  return !['', '.', '..'].includes(urlText(value))
}

/** The path of an address with parameter values, percent-encoded (RFC 3986 §2.1), with a leading slash. */
function samplePath(address: string, parameters: Readonly<Record<string, unknown>>): string {
  const path = addressParts(address)
    .map((part) =>
      'parameter' in part
        ? percentEncode(urlText(parameters[part.parameter] ?? part.parameter))
        : part.text.split('/').map(percentEncode).join('/'),
    )
    .join('')
  return `/${path.replace(/^\/+/, '')}`
}

function sampleSearch(query: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map(
      (item) => `${percentEncode(name)}=${percentEncode(urlText(item))}`,
    ),
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** A value as text in a URL. An object of the document can have a member `toString` that is not a function. */
function urlText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function percentEncode(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, '\ufffd')).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

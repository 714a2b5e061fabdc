import { collectModules, InPlaceReferences, type NamedSchema } from '../schema/references'
import { isRawSchema, type RawSchema } from '../schema/raw-schema'
import { SchemaReader } from '../schema/read-schema'
import type { Schema } from '../schema/schema'
import type { Payload, PlacedPayload } from './payloads'
import type { ModelRequest, ParameterRequest, SchemaRequest } from './requests'

type RequestedParameter = ParameterRequest['parameters'][number]

/** A request with its schema in the intermediate form. */
export interface ReadSchema extends Omit<SchemaRequest, 'schema'> {
  readonly schema: Schema
}

export interface ReadParameter extends Omit<RequestedParameter, 'schema' | 'pointer'> {
  readonly pointer: string
  /** Undefined for a parameter of 3.x, which is a string. */
  readonly schema: Schema | undefined
}

export interface ReadParameters extends Omit<ParameterRequest, 'parameters'> {
  readonly parameters: readonly ReadParameter[]
}

/** All schemas of a request in the intermediate form, each read once. */
export interface ReadSchemas {
  /** The schemas with their own modules, by name. */
  readonly modules: ReadonlyMap<string, Schema>
  readonly payloads: readonly PlacedPayload[]
  readonly headers: readonly ReadSchema[]
  readonly queries: readonly ReadSchema[]
  readonly parameters: readonly ReadParameters[]
}

/** Finds the schemas with their own modules, then reads all schemas of the request. */
export function readSchemas(payloads: readonly Payload[], request: ModelRequest): ReadSchemas {
  const { components, note, error } = request
  const named = collectNamedSchemas(payloads, request)
  const reader = new SchemaReader(named, new InPlaceReferences(named), note, error, components)
  return {
    modules: new Map(
      [...named.values()].map(({ name, raw, pointer }) => [name, reader.readModule(raw, pointer)]),
    ),
    payloads: payloads.map((payload) => ({
      payload,
      schema: reader.read(payload.schema, payload.pointer),
      owner: isRawSchema(payload.schema) ? named.get(payload.schema)?.name : undefined,
    })),
    headers: request.headers.map((one) => ({
      ...one,
      schema: reader.read(one.schema, one.pointer),
    })),
    queries: request.queries.map((one) => ({
      ...one,
      schema: reader.readModule(one.schema, one.pointer),
    })),
    parameters: request.parameters.map((one) => ({
      ...one,
      parameters: one.parameters.map((parameter) => readParameter(parameter, one, reader)),
    })),
  }
}

function collectNamedSchemas(
  payloads: readonly Payload[],
  { components, headers, queries, parameters, registry }: ModelRequest,
): ReadonlyMap<RawSchema, NamedSchema> {
  const roots = [
    ...payloads.map((one) => ({
      ...one,
      // The module of a shared schema contains JSON, so text needs a module of its own.
      ownsModule: !(one.isRawText && components.has(one.schema as object)),
    })),
    ...[...headers, ...queries].map((one) => ({ ...one, ownsModule: false })),
    ...parameters
      .flatMap((one) => one.parameters)
      .map(({ name, schema, pointer = '' }) => ({ name, schema, pointer, ownsModule: false })),
  ]
  return collectModules(roots, components, registry)
}

function readParameter(
  parameter: RequestedParameter,
  request: ParameterRequest,
  reader: SchemaReader,
): ReadParameter {
  const { name, schema, pointer = `${request.pointer}/parameters/${name}` } = parameter
  return {
    ...parameter,
    pointer,
    schema: schema === undefined ? undefined : reader.read(schema, `${pointer}/schema`),
  }
}

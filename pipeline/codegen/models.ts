import { KindAnalyzer } from '../schema/kind-analyzer'
import { documentationOf } from '../schema/schema'
import { ValidatorIndex } from '../schema/validator-index'
import { AvroSchemas, isConvertedAvro } from './avro'
import { buildParameters, buildQuery } from './parameters'
import { checkContentType, checkSchemaFormat, isRawText } from './payload-format'
import { buildModule, type ModuleContext } from './payload-module'
import { buildPayloadModules, type Payload } from './payloads'
import { readSchemas, type ReadSchema, type ReadSchemas } from './read-schemas'
import type { ModelRequest, PayloadRequest } from './requests'
import type {
  HeadersModule,
  ModelModule,
  ParametersModule,
  PayloadModel,
  PayloadModule,
  QueryShape,
} from './shapes'

export interface Models {
  /** Modules of the messages in message order, then of shared schemas. */
  readonly payloads: readonly PayloadModule[]
  /** The model of each requested payload, by the name of the request. */
  readonly byRequest: ReadonlyMap<string, PayloadModel>
  readonly headers: readonly HeadersModule[]
  /** One for each request for parameters, then the queries. */
  readonly parameters: readonly ParametersModule[]
  readonly queries: readonly QueryShape[]
}

/** Converts the schemas of a document to modules of types, values and validators. */
export function buildModels(request: ModelRequest): Models {
  const { note } = request
  const avro = new AvroSchemas(note)
  const requested = request.payloads.map((payload) => checkPayload(payload, avro, request))
  const schemas = readSchemas(requested, request)
  const context = createContext(schemas, request)
  const payloads = [...buildPayloadModules(schemas.payloads, schemas.modules, context).values()]
  const headers = schemas.headers.map((one) => buildHeaders(one, context))
  const queries = schemas.queries.map((one) => buildQuery(one, context, note))
  const parameters = schemas.parameters.map((one) => buildParameters(one, context, note))
  return {
    payloads,
    byRequest: modelsByName(payloads),
    headers,
    parameters: [...parameters, ...queries],
    queries,
  }
}

/** A payload whose format the pack cannot read is reported, and replaced by any JSON. */
function checkPayload(
  payload: PayloadRequest,
  avro: AvroSchemas,
  { note, error }: ModelRequest,
): Payload {
  if (!checkSchemaFormat(payload, error)) return { ...payload, schema: true, isRawText: false }
  checkContentType(payload, note)
  const schema = isConvertedAvro(payload)
    ? avro.correct(payload.schema, payload.pointer)
    : payload.schema
  return { ...payload, schema, isRawText: isRawText(payload) }
}

function createContext(schemas: ReadSchemas, request: ModelRequest): ModuleContext {
  const { modules } = schemas
  const { registry, hasValidators, checksFormats = true, typeInference = 'inferred' } = request
  const validators = new ValidatorIndex(modules, checksFormats)
  const inputs = [
    ...schemas.parameters.flatMap(({ parameters }) => parameters),
    ...schemas.queries,
  ].flatMap(({ schema }) => schema ?? [])
  return {
    schemas: modules,
    kindAnalyzer: new KindAnalyzer(modules, typeInference),
    validators,
    allocateName: (wanted) => registry.allocate(wanted),
    usesClasses: request.model === 'class',
    hasValidators,
    requiredByParameters: hasValidators ? new Set() : validators.reachable(inputs),
    checksFormats,
  }
}

function buildHeaders({ name, schema }: ReadSchema, context: ModuleContext): ModelModule {
  return buildModule(
    {
      name,
      schema,
      documentation: documentationOf(schema),
      isRawText: false,
      isBranded: false,
      messages: [],
      payloadsPath: '../payloads',
    },
    context,
  )
}

/** Several messages can share one module. */
function modelsByName(modules: readonly PayloadModule[]): ReadonlyMap<string, PayloadModel> {
  return new Map(
    modules
      .flatMap((module): PayloadModel[] => [module, ...module.messages])
      .map((model) => [model.name.text, model]),
  )
}

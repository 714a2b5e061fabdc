import { Code } from '../../filters/code'
import type { Names } from '../../filters/naming'
import { Constraints } from './constrains'
import { describeParameters, describeQuery, type ParameterRequest } from './describe-parameters'
import { Forms, type Reading } from './form-of'
import { findNamed, SameValue, type NamedSchema } from './graph'
import { moduleOf, type ModuleContext } from './module-of'
import { isRawSchema } from './raw-schema'
import { SchemaReader } from './read-schema'
import {
  documentationOf,
  mergeDocumentation,
  UNDOCUMENTED,
  type Documentation,
  type Schema,
} from './schema'
import type {
  HeadersModule,
  ModelModule,
  ParametersModule,
  PayloadModule,
  QueryShape,
} from './shapes'
import { checkContentType, checkFormat, isText } from './wire'

export interface PayloadRequest {
  readonly name: string
  readonly schema: unknown
  readonly pointer: string
  readonly contentType: string | undefined
  readonly schemaFormat: string | undefined
  /** Whether the parser made JSON Schema of a schema in another format. */
  readonly converted?: boolean
  readonly title?: string | undefined
  readonly description?: string | undefined
  readonly deprecated?: boolean | undefined
  readonly examples?: readonly unknown[] | undefined
}

export interface SchemaRequest {
  readonly name: string
  readonly schema: unknown
  readonly pointer: string
}

export interface ModelRequest {
  /** One for each distinct message. */
  payloads: PayloadRequest[]
  headers: SchemaRequest[]
  parameters: ParameterRequest[]
  /** Query parameters of `http` bindings: schemas of objects. */
  queries: SchemaRequest[]
  /** Schema objects of `components.schemas` and their names. */
  components: ReadonlyMap<object, string>
  names: Names
  model: 'class' | 'interface'
  validation: boolean
  /** How types read schemas without `type`; `meant` unless set. */
  reading?: Reading
  /** Whether validators check formats: yes, unless set. */
  formats?: boolean
  report: (message: string) => void
  problem: (message: string) => void
}

export interface Models {
  /** Those of the messages in their order, then shared schemas. */
  readonly payloads: readonly PayloadModule[]
  /** One for each of the requested payloads. */
  readonly byRequest: readonly PayloadModule[]
  readonly headers: readonly HeadersModule[]
  /** One for each of the requested parameters, then the queries. */
  readonly parameters: readonly ParametersModule[]
  readonly queries: readonly QueryShape[]
}

/** The schemas of a document to modules of types, values and validators. */
export function describeModels(request: ModelRequest): Models {
  const { components, names, report, problem } = request
  const payloads = request.payloads.map((payload) => {
    if (!checkFormat(payload, problem)) return { ...payload, schema: true, text: false }
    checkContentType(payload, report)
    return { ...payload, text: isText(payload) }
  })
  const named = findNamed(
    [
      ...payloads.map((one) => ({
        ...one,
        owns: !(one.text && components.has(one.schema as object)),
      })),
      ...[...request.headers, ...request.queries].map((one) => ({ ...one, owns: false })),
      ...request.parameters.flatMap(({ parameters }) =>
        parameters.map(({ name, schema, pointer }) => ({
          name,
          schema,
          pointer: pointer ?? '',
          owns: false,
        })),
      ),
    ],
    components,
    names,
  )
  const reader = new SchemaReader(named, new SameValue(named), report, problem)
  const modules = new Map<string, Schema>()
  for (const { name, raw, pointer } of named.values()) {
    modules.set(name, reader.readModule(raw, pointer))
  }
  const constraints = new Constraints(modules, request.formats)
  const context: ModuleContext = {
    forms: new Forms(modules, request.reading ?? 'meant'),
    constraints,
    claim: (wanted) => names.claim(wanted),
    classes: request.model === 'class',
    validation: request.validation,
    needed: request.validation
      ? new Set()
      : constraints.reachable([
          ...request.parameters.flatMap(({ parameters, pointer }) =>
            parameters.map((one) => reader.read(one.schema ?? true, one.pointer ?? pointer)),
          ),
          ...request.queries.map(({ schema, pointer }) => reader.readModule(schema, pointer)),
        ]),
    formats: request.formats ?? true,
  }
  const shared = new Map<string, PayloadModule>()
  const make = (name: string, about: Documentation, schema: Schema, text: boolean): PayloadModule =>
    withInput(moduleOf({ name, schema, documentation: about, text, folder: '.' }, context))
  const ownerOf = (payload: PayloadRequest): NamedSchema | undefined =>
    isRawSchema(payload.schema) ? named.get(payload.schema) : undefined
  const documentations = new Map(
    payloads.flatMap((payload) => {
      const owner = ownerOf(payload)
      return owner?.name === payload.name ? [[owner.name, payload] as const] : []
    }),
  )
  const sharedModule = (name: string): PayloadModule => {
    const known = shared.get(name)
    if (known !== undefined) return known
    const payload = documentations.get(name)
    const schema = modules.get(name) ?? true
    const module = make(name, aboutPayload(payload, schema), schema, payload?.text ?? false)
    shared.set(name, module)
    return module
  }
  const byRequest = payloads.map((payload): PayloadModule => {
    const owner = ownerOf(payload)
    if (owner?.name === payload.name) return sharedModule(owner.name)
    const schema = reader.read(payload.schema, payload.pointer)
    const about = aboutPayload(payload, schema)
    if (owner === undefined || payload.text !== (documentations.get(owner.name)?.text ?? false)) {
      return make(payload.name, about, schema, payload.text)
    }
    return aliasOf(payload.name, sharedModule(owner.name))
  })
  const headers = request.headers.map(({ name, schema, pointer }): ModelModule => {
    const read = reader.read(schema, pointer)
    const documentation = documentationOf(read)
    return moduleOf(
      { name, schema: read, documentation, text: false, folder: '../payloads' },
      context,
    )
  })
  const queries = request.queries.map((query) => describeQuery(query, reader, context))
  const parameters = request.parameters.map((one) =>
    describeParameters(one, reader, context, report),
  )
  return {
    payloads: [
      ...new Set([...byRequest, ...[...named.values()].map(({ name }) => sharedModule(name))]),
    ],
    byRequest,
    headers,
    parameters: [...parameters, ...queries],
    queries,
  }
}

function withInput(module: ModelModule): PayloadModule {
  const instance = module.plain.text !== module.name.text
  return { ...module, instance, input: instance ? [module.name, module.plain] : [module.name] }
}

/** A module that gives another one's content a second name. */
function aliasOf(name: string, target: PayloadModule): PayloadModule {
  const plain = target.instance ? `${name}Interface` : name
  return {
    ...target,
    name: new Code(name),
    path: `./${name}`,
    plain: new Code(plain),
    alias: { path: `./${target.name.text}`, name: target.name, plain: target.plain },
    types: [],
    imports: [],
    schema: null,
    checked: false,
    check: new Code('null'),
    validators: new Code(''),
    input: target.instance ? [new Code(name), new Code(plain)] : [new Code(name)],
    exported: target.instance ? [new Code(plain)] : [],
  }
}

/** The message's own words, and the schema's where the message has none. */
function aboutPayload(payload: PayloadRequest | undefined, schema: Schema): Documentation {
  const own = documentationOf(schema)
  if (payload === undefined) return own
  const { title, description, deprecated = false, examples = [] } = payload
  return mergeDocumentation([{ ...UNDOCUMENTED, title, description, deprecated, examples }, own])
}

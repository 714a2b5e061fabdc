import { Code } from '../../filters/code'
import { KINDS, type Form } from './forms'
import type { SchemaRequest } from './describe-models'
import {
  mergeImports,
  take,
  typeImports,
  typeNameOf,
  validatorOf,
  type ModuleContext,
} from './module-of'
import type { SchemaReader } from './read-schema'
import {
  documentationOf,
  isNode,
  mergeDocumentation,
  UNDOCUMENTED,
  type Documentation,
  type Schema,
  type SchemaNode,
} from './schema'
import type { ParameterShape, ParametersModule, QueryShape } from './shapes'
import { Types } from './type-of'

export interface ParameterRequest {
  /** `<Name>Parameters`. */
  readonly name: string
  readonly address: string
  readonly pointer: string
  readonly parameters: readonly {
    readonly name: string
    readonly pointer?: string
    readonly description?: string | undefined
    /** 2.x */
    readonly schema?: unknown
    /** 3.x */
    readonly enum?: readonly string[] | undefined
    readonly default?: string | undefined
    readonly examples?: readonly string[] | undefined
  }[]
}

type Kinds = ParameterShape['kinds']

/** The parameters of an address: text on the wire, typed in code. */
export function describeParameters(
  request: ParameterRequest,
  reader: SchemaReader,
  context: ModuleContext,
  report: (message: string) => void,
): ParametersModule {
  const types = typesOf(context)
  const shapes = request.parameters.map((parameter, index): ParameterShape => {
    const at = parameter.pointer ?? `${request.pointer}/parameters/${parameter.name}`
    const read =
      parameter.schema === undefined
        ? stringSchema(parameter)
        : reader.read(parameter.schema, `${at}/schema`)
    const form = context.forms.of(read)
    const kinds = scalarKinds(form)
    if (kinds.length === 0) {
      report(`${at}: a part of an address is text; its schema takes no text, number or boolean`)
    }
    const schema = kinds.length === 0 ? stringSchema(parameter) : read
    const about = described(read, parameter.description)
    const fallback = parameter.default === undefined ? about.default : { value: parameter.default }
    return {
      name: parameter.name,
      type: types.ofForm(
        onlyScalars(context.forms.of(schema)),
        { words: `${request.name} ${parameter.name}`, named: true },
        about,
      ),
      documentation: about,
      required: true,
      default: fallback ?? null,
      kinds: kinds.length === 0 ? ['string'] : kinds,
      schema,
      validator: context.constraints.constrains(schema) ? new Code(`check${index + 1}`) : null,
    }
  })
  return moduleWith(request.name, request.address, false, shapes, null, types, context)
}

/** The query parameters of an operation's `http` binding. */
export function describeQuery(
  { name, schema, pointer }: SchemaRequest,
  reader: SchemaReader,
  context: ModuleContext,
): QueryShape {
  const read = reader.readModule(schema, pointer)
  const node: SchemaNode = isNode(read) ? read : { documentation: UNDOCUMENTED }
  const types = typesOf(context)
  const shapes = (node.properties ?? []).map((property, index): ParameterShape => {
    const about = documentationOf(property.schema)
    const form = context.forms.of(property.schema)
    return {
      name: property.name,
      type: types.of(property.schema, { words: `${name} ${property.name}`, named: true }),
      documentation: about,
      required: node.required?.includes(property.name) ?? false,
      default: about.default ?? null,
      kinds: form.array.is === 'none' ? scalarKinds(form) : ['array'],
      schema: property.schema,
      validator: context.constraints.constrains(property.schema)
        ? new Code(`check${index + 1}`)
        : null,
    }
  })
  return moduleWith(name, '', true, shapes, node, types, context)
}

function typesOf(context: ModuleContext): Types {
  return new Types({
    forms: context.forms,
    claim: context.claim,
    typeName: (module) => typeNameOf(module, context),
  })
}

function moduleWith(
  name: string,
  address: string,
  query: boolean,
  parameters: readonly ParameterShape[],
  node: SchemaNode | null,
  types: Types,
  context: ModuleContext,
): ParametersModule {
  const open = node !== null && (node.additionalProperties ?? parameters.length === 0) === true
  const checked = parameters.filter(({ validator }) => validator !== null)
  const { code, imports } = validatorOf(
    checked.map(({ schema, validator }) => ({
      name: validator?.text ?? '',
      schema,
      exported: false,
    })),
    null,
    '../payloads',
    context,
  )
  const all = [...parameters.map(({ type }) => type), ...types.named.map(({ type }) => type)]
  return {
    name: new Code(name),
    path: `./${name}`,
    input: new Code(`${name}Input`),
    sameInput: parameters.every((one) => one.default === null),
    optional: parameters.every((one) => !one.required || one.default !== null),
    query,
    address,
    parameters,
    index: open ? { shape: 'keyword', keyword: 'unknown' } : null,
    types: types.named,
    exported: types.named.map((one) => one.name),
    imports: mergeImports([
      ...typeImports(all, null, '../payloads'),
      take('../runtime/parameters', [query ? 'QueryModel' : 'ParametersModel'], true),
      take('../runtime/parameter-models', [query ? 'queryModel' : 'parametersModel']),
      ...imports,
    ]),
    validators: code,
  }
}

/** 3.x parameters are strings: any, or one of a list. */
function stringSchema(parameter: ParameterRequest['parameters'][number]): SchemaNode {
  return {
    documentation: { ...UNDOCUMENTED, examples: parameter.examples ?? [] },
    types: ['string'],
    ...(parameter.enum !== undefined && { values: parameter.enum }),
  }
}

function described(schema: Schema, description: string | undefined): Documentation {
  return mergeDocumentation([{ ...UNDOCUMENTED, description }, documentationOf(schema)])
}

/** In the order in which text is tried: what a number says is no string where both are allowed. */
function scalarKinds(form: Form): Kinds {
  const isAny = KINDS.every((kind) => form[kind].is === 'any')
  if (isAny) return ['string']
  return (['number', 'boolean', 'null', 'string'] as const).filter(
    (kind) => form[kind].is !== 'none',
  )
}

function onlyScalars(form: Form): Form {
  const none = { is: 'none', exact: true } as const
  if (KINDS.every((kind) => form[kind].is === 'any')) {
    return { ...form, number: none, boolean: none, null: none, object: none, array: none }
  }
  return { ...form, object: none, array: none }
}

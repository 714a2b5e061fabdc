import { Code } from '../../filters/code'
import { NameRegistry } from '../../filters/naming'
import { validatorNameOf } from './validators/module-emitter'
import { appendToPointer } from '../json-pointer'
import { kindOf } from '../schema/kind-analyzer'
import { KINDS, type KindMap } from '../schema/kind-map'
import {
  mergeImports,
  importOf,
  typeImports,
  plainTypeNameOf,
  validatorImports,
  validatorsOf,
  type ModuleContext,
} from './payload-module'
import type { ReadParameter, ReadParameters, ReadSchema } from './read-schemas'
import { safeParameterSchema } from '../schema/safe-parameter'
import {
  isNode,
  isReference,
  mergeDocumentation,
  UNDOCUMENTED,
  type Documentation,
  type Schema,
  type SchemaNode,
} from '../schema/schema'
import type { ParameterShape, ParametersModule, QueryShape } from './shapes'
import { TypeBuilder } from './types/type-of'

type Kinds = ParameterShape['kinds']

/** A parameter without a validator name yet. */
type UncheckedShape = Omit<ParameterShape, 'validatorName'>

/** The parameters of an address: text on the wire, typed values in code. */
export function buildParameters(
  request: ReadParameters,
  context: ModuleContext,
  note: (message: string) => void,
): ParametersModule {
  const types = createTypeBuilder(context)
  const shapes = request.parameters.map((parameter): UncheckedShape => {
    const { pointer } = parameter
    const read = parameter.schema ?? stringSchema(parameter)
    const kindMap = context.kindAnalyzer.of(read)
    const kinds = scalarKinds(kindMap)
    if (kinds.length === 0) {
      note(
        `${pointer}: a part of an address is text, but the schema allows no string, number or boolean`,
      )
    }
    const schema = kinds.length === 0 ? stringSchema(parameter) : read
    const safe = safeParameterSchema(schema, context.schemas)
    for (const change of safe.changes) note(`${pointer}: ${change}`)
    const about = documentationWith(inPlaceNodes(read, context), parameter.description)
    const fallback = parameter.default === undefined ? about.default : { value: parameter.default }
    noteRefusedDefault(fallback, kindMap, pointer, note)
    return {
      name: parameter.name,
      type: types.ofKinds(
        onlyScalars(context.kindAnalyzer.of(schema)),
        { namePath: `${request.name} ${parameter.name}`, isNamed: true },
        about,
      ),
      documentation: about,
      required: true,
      default: fallback ?? null,
      kinds: kinds.length === 0 ? ['string'] : kinds,
      schema: safe.schema,
    }
  })
  const { name, address } = request
  return createParametersModule({ name, address, shapes, types }, context)
}

/** The query parameters of an operation's `http` binding. */
export function buildQuery(
  { name, schema, pointer }: ReadSchema,
  context: ModuleContext,
  note: (message: string) => void,
): QueryShape {
  const node: SchemaNode = isNode(schema) ? schema : { documentation: UNDOCUMENTED }
  const types = createTypeBuilder(context)
  const shapes = (node.properties ?? []).map((property): UncheckedShape => {
    const parts = inPlaceNodes(property.schema, context)
    const about = mergeDocumentation(parts.map((part) => part.documentation))
    const kindMap = context.kindAnalyzer.of(property.schema)
    const safe = safeParameterSchema(property.schema, context.schemas)
    const at = appendToPointer(pointer, ['properties', property.name])
    for (const change of safe.changes) note(`${at}: ${change}`)
    noteRefusedDefault(about.default, kindMap, at, note)
    return {
      name: property.name,
      type: types.of(property.schema, { namePath: `${name} ${property.name}`, isNamed: true }),
      documentation: about,
      required: node.required?.includes(property.name) ?? false,
      default: about.default ?? null,
      kinds: queryKinds(kindMap),
      items: itemKinds(parts, context),
      schema: safe.schema,
    }
  })
  return createParametersModule({ name, shapes, types, queryNode: node }, context)
}

/** A request without the parameter has the default, and the check of the parameter then refuses the request. */
function noteRefusedDefault(
  fallback: Documentation['default'],
  kindMap: KindMap,
  pointer: string,
  note: (message: string) => void,
): void {
  if (fallback === undefined) return
  const constraint = kindMap[kindOf(fallback.value)]
  const isRefused =
    constraint.type === 'none' ||
    (constraint.type === 'values' && !constraint.values.some((one) => one === fallback.value))
  if (isRefused) {
    note(
      `${pointer}: the schema refuses the default ${JSON.stringify(fallback.value)}, so the parameter cannot be left out; change "default", or add it to the allowed values`,
    )
  }
}

function createTypeBuilder(context: ModuleContext): TypeBuilder {
  return new TypeBuilder({
    kindAnalyzer: context.kindAnalyzer,
    allocateName: context.allocateName,
    typeName: (module) => plainTypeNameOf(module, context),
  })
}

interface ParametersContent {
  readonly name: string
  /** Absent for query parameters. */
  readonly address?: string
  readonly shapes: readonly UncheckedShape[]
  readonly types: TypeBuilder
  /** The schema of query parameters; absent for those of an address. */
  readonly queryNode?: SchemaNode
}

function createParametersModule(
  { name, address = '', shapes, types, queryNode }: ParametersContent,
  context: ModuleContext,
): ParametersModule {
  const parameters = withValidatorNames(shapes, context)
  const isQuery = queryNode !== undefined
  const isOpen = isQuery && (queryNode.additionalProperties ?? parameters.length === 0) === true
  const validated = parameters.filter(({ validatorName }) => validatorName !== null)
  const validators = validatorsOf(
    validated.map(({ schema, validatorName }) => ({
      name: validatorName?.text ?? '',
      schema,
      isExported: false,
    })),
    context,
  )
  const all = [
    ...parameters.map(({ type }) => type),
    ...types.declaredTypes.map(({ type }) => type),
  ]
  return {
    name: new Code(name),
    path: `./${name}`,
    inputTypeName: new Code(`${name}Input`),
    inputEqualsOutput: parameters.every((one) => one.default === null),
    isOptional: parameters.every((one) => !one.required || one.default !== null),
    isQuery,
    address,
    parameters,
    index: isOpen ? { shape: 'keyword', keyword: 'unknown' } : null,
    types: types.declaredTypes,
    exportedTypes: types.declaredTypes.map((one) => one.name),
    imports: mergeImports([
      ...typeImports(all, null, '../payloads'),
      importOf('../runtime/parameters', [isQuery ? 'QueryModel' : 'ParametersModel'], true),
      importOf('../runtime/parameters', [isQuery ? 'queryModel' : 'parametersModel']),
      ...validatorImports(validators, null, '../payloads'),
    ]),
    validators,
  }
}

/** Names each validator after its parameter, e.g. `checkSince`. Avoids the names of the model validators that it calls. */
function withValidatorNames(
  shapes: readonly UncheckedShape[],
  { validators }: ModuleContext,
): ParameterShape[] {
  const models = shapes.flatMap(({ schema }) => validators.dependencies(schema))
  const registry = new NameRegistry(
    models,
    () => undefined,
    (name) => [name],
  )
  return shapes.map((shape) => ({
    ...shape,
    validatorName: validators.needsValidator(shape.schema)
      ? new Code(validatorNameOf(registry.allocate(shape.name, 'Parameter')))
      : null,
  }))
}

/** 3.x parameters are strings: any string, or one of a list. */
function stringSchema(parameter: ReadParameter): SchemaNode {
  return {
    documentation: { ...UNDOCUMENTED, examples: parameter.examples ?? [] },
    types: ['string'],
    ...(parameter.enum !== undefined && { values: parameter.enum }),
  }
}

function documentationWith(
  parts: readonly SchemaNode[],
  description: string | undefined,
): Documentation {
  const list = parts.map((part) => part.documentation)
  return mergeDocumentation([{ ...UNDOCUMENTED, description }, ...list])
}

/** A schema and the members of its `allOf`, with their references resolved. */
function inPlaceNodes(
  schema: Schema,
  { schemas }: Pick<ModuleContext, 'schemas'>,
  open: ReadonlySet<string> = new Set(),
): SchemaNode[] {
  if (isReference(schema)) {
    const { reference } = schema
    if (open.has(reference)) return []
    return inPlaceNodes(schemas.get(reference) ?? true, { schemas }, new Set([...open, reference]))
  }
  if (!isNode(schema)) return []
  return [schema, ...(schema.allOf ?? []).flatMap((part) => inPlaceNodes(part, { schemas }, open))]
}

/** Kinds in parsing order: numeric text becomes a number even if the schema allows strings too. */
function scalarKinds(kindMap: KindMap): Kinds {
  const isAny = KINDS.every((kind) => kindMap[kind].type === 'any')
  if (isAny) return ['string']
  return (['number', 'boolean', 'null', 'string'] as const).filter(
    (kind) => kindMap[kind].type !== 'none',
  )
}

/** A parameter without a type is a text, or several if it is repeated. */
function queryKinds(kindMap: KindMap): Kinds {
  const { object, array } = kindMap
  const isAny = KINDS.every((kind) => kindMap[kind].type === 'any')
  const hasObject = !isAny && object.type !== 'none'
  // Any text is a string, so the string is last.
  const scalars = scalarKinds(kindMap)
  return [
    ...scalars.filter((kind) => kind !== 'string'),
    ...(hasObject ? (['object'] as const) : []),
    ...scalars.filter((kind) => kind === 'string'),
    ...(array.type === 'none' ? [] : (['array'] as const)),
  ]
}

function itemKinds(
  parts: readonly SchemaNode[],
  { kindAnalyzer }: ModuleContext,
): Kinds | undefined {
  const items = parts.flatMap((part) => part.items ?? [])
  if (items.length === 0) return undefined
  const kinds = scalarKinds(kindAnalyzer.ofAll(items))
  return kinds.length === 0 || kinds.join() === 'string' ? undefined : kinds
}

function onlyScalars(kindMap: KindMap): KindMap {
  const none = { type: 'none', isExact: true } as const
  if (KINDS.every((kind) => kindMap[kind].type === 'any')) {
    return { ...kindMap, number: none, boolean: none, null: none, object: none, array: none }
  }
  return { ...kindMap, object: none, array: none }
}

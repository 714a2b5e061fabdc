import { Code } from '../../filters/code'
import { validatorNameOf } from './validators/module-emitter'
import { INHERITED } from './validators/objects'
import type { Reference } from './validators/syntax'
import {
  NO_VALIDATORS,
  buildValidators,
  externalReferences,
  type ValidatorRequest,
  type Validators,
} from './validators/validators'
import type { ValidatorIndex } from '../schema/validator-index'
import type { KindAnalyzer } from '../schema/kind-analyzer'
import { KINDS, type KindMap } from '../schema/kind-map'
import { isReference, type Documentation, type Schema } from '../schema/schema'
import type { ModelImport, ModelModule, NamedType, TypeShape } from './shapes'
import { TypeBuilder } from './types/type-of'

/** Data that all modules of one output share. */
export interface ModuleContext {
  /** The schemas of the modules, by name. */
  readonly schemas: ReadonlyMap<string, Schema>
  readonly kindAnalyzer: KindAnalyzer
  readonly validators: ValidatorIndex
  readonly allocateName: (wanted: string) => string
  /** Whether instances are created for objects. */
  readonly usesClasses: boolean
  readonly hasValidators: boolean
  /** With `validation=none`: modules whose validators are still generated, because validators of parameters call them. */
  readonly requiredByParameters: ReadonlySet<string>
  readonly checksFormats: boolean
}

export interface ModuleRequest {
  readonly name: string
  readonly schema: Schema
  readonly documentation: Documentation
  readonly isRawText: boolean
  readonly isBranded: boolean
  /** Names of the messages that the module declares too. */
  readonly messages: readonly string[]
  /** Path from the module to the modules of `payloads/`. */
  readonly payloadsPath: string
}

/** Builds the module of one schema: its type, its instances and its imports. */
export function buildModule(request: ModuleRequest, context: ModuleContext): ModelModule {
  const { name, schema, payloadsPath, isRawText, isBranded, messages } = request
  const kindMap = context.kindAnalyzer.of(schema)
  const isClass = context.usesClasses && !isRawText && isObjectOnly(kindMap)
  const types = new TypeBuilder({
    kindAnalyzer: context.kindAnalyzer,
    allocateName: context.allocateName,
    typeName: (module) => plainTypeNameOf(module, context),
  })
  const namingContext = { namePath: name, isNamed: false }
  const type = types.of(schema, namingContext)
  const isClassDeclaration = isClass && canBeDeclared(type, schema, [name, ...messages])
  const named: NamedType[] = types.declaredTypes
  const hasValidator = context.hasValidators && context.validators.needsValidator(schema)
  const validator = { name: validatorNameOf(name), schema, isExported: true }
  const isWritten = hasValidator || context.requiredByParameters.has(name)
  const validators = validatorsOf(isWritten ? [validator] : [], context)
  const plainTypeName = isClass ? `${name}Interface` : name
  return {
    name: new Code(name),
    path: `./${name}`,
    plainTypeName: new Code(plainTypeName),
    documentation: request.documentation,
    type,
    types: named,
    isClassDeclaration,
    isBranded: isClass && isBranded,
    usesFactory: isClass && !isClassDeclaration,
    hasMarshalMethod: !declaresProperty(kindMap, 'marshal'),
    isRawText,
    imports: mergeImports([
      ...typeImports([type, ...named.map((one) => one.type)], name, payloadsPath),
      ...runtimeImports({
        isClass,
        isClassDeclaration,
        isRawText,
        hasValidator,
        hasBrand: isBranded || messages.length > 0,
      }),
      ...standardImports(isClassDeclaration, context.hasValidators),
      ...validatorImports(validators, name, payloadsPath),
    ]),
    schema,
    hasValidator,
    hasStandardSchema: context.hasValidators,
    validatorName: new Code(hasValidator ? validatorNameOf(name) : 'null'),
    validators,
    exportedTypes: [...(isClass ? [new Code(plainTypeName)] : []), ...named.map((one) => one.name)],
  }
}

/** Imports for the declaration of the value. */
function runtimeImports({
  isClass,
  isClassDeclaration,
  isRawText,
  hasValidator,
  hasBrand,
}: {
  readonly isClass: boolean
  readonly isClassDeclaration: boolean
  readonly isRawText: boolean
  readonly hasValidator: boolean
  readonly hasBrand: boolean
}): ModelImport[] {
  if (isClassDeclaration) {
    return [
      importOf('../runtime/model', ['ValidationResult'], true),
      importOf('../runtime/model', ['assignRemainingProperties', 'marshalJson', 'unmarshalObject']),
      importOf('../runtime/validation', hasValidator ? ['validate'] : []),
    ]
  }
  return [
    importOf(
      '../runtime/model',
      isClass ? ['ModelConstructor', ...(hasBrand ? ['Brand'] : [])] : ['Model'],
      true,
    ),
    importOf('../runtime/model', [isClass ? 'objectModel' : isRawText ? 'textModel' : 'jsonModel']),
  ]
}

function standardImports(isClassDeclaration: boolean, hasStandardSchema: boolean): ModelImport[] {
  if (!hasStandardSchema) return []
  return [
    importOf('../runtime/standard-schema', ['StandardSchemaProps'], true),
    importOf('../runtime/standard-schema', [
      isClassDeclaration ? 'standardSchema' : 'withStandardSchema',
    ]),
  ]
}

export function importOf(path: string, names: readonly string[], isTypeOnly = false): ModelImport {
  return { path, isTypeOnly, names: names.map((name) => new Code(name)) }
}

/** Merges imports to one for each file; types get the `type` modifier if the import has values too. */
export function mergeImports(imports: readonly ModelImport[]): ModelImport[] {
  const byPath = new Map<string, ModelImport>()
  for (const one of imports.filter(({ names }) => names.length > 0)) {
    const other = byPath.get(one.path)
    byPath.set(one.path, other === undefined ? one : mergeTwo(other, one))
  }
  return [...byPath.values()]
}

function mergeTwo(a: ModelImport, b: ModelImport): ModelImport {
  const isTypeOnly = a.isTypeOnly && b.isTypeOnly
  const words = [a, b].flatMap((one) =>
    one.names.map(({ text }) => (one.isTypeOnly && !isTypeOnly ? `type ${text}` : text)),
  )
  const plainName = (word: string): string => word.replace('type ', '')
  const sorted = [...new Set(words)].sort((x, y) => (plainName(x) < plainName(y) ? -1 : 1))
  return importOf(a.path, sorted, isTypeOnly)
}

export function plainTypeNameOf(
  module: string,
  { kindAnalyzer, usesClasses }: ModuleContext,
): string {
  return usesClasses && isObjectOnly(kindAnalyzer.ofModule(module)) ? `${module}Interface` : module
}

/** Whether all values are objects, so that the module can have instances. */
export function isObjectOnly(kindMap: KindMap): boolean {
  return KINDS.every((kind) => (kindMap[kind].type === 'none') === (kind !== 'object'))
}

/** Whether class declarations with a field for each property of the type are possible. */
function canBeDeclared(type: TypeShape, schema: Schema, classes: readonly string[]): boolean {
  if (isReference(schema) || type.shape !== 'object' || type.index !== null) return false
  if (type.properties.length === 0) return false
  // The private member of a class is named after it: `~Joined`.
  const brands = new Set(classes.map((name) => `~${name}`))
  return !type.properties.some(({ name }) => INHERITED.has(name) || brands.has(name))
}

/** Whether the document declares a property with that name. */
function declaresProperty(kindMap: KindMap, name: string): boolean {
  const { object } = kindMap
  return (
    object.type === 'structural' &&
    object.parts.some(
      (constraint) =>
        constraint.type === 'object' && constraint.properties.some((one) => one.name === name),
    )
  )
}

export function typeImports(
  types: readonly TypeShape[],
  ownName: string | null,
  payloadsPath: string,
): ModelImport[] {
  const byModule = new Map<string, Set<string>>()
  for (const type of types) collectReferences(type, byModule)
  return [...byModule]
    .filter(([module]) => module !== ownName)
    .map(([module, names]) => ({
      path: `${payloadsPath}/${module}`,
      isTypeOnly: true,
      names: [...names].map((name) => new Code(name)),
    }))
}

function collectReferences(type: TypeShape, found: Map<string, Set<string>>): void {
  switch (type.shape) {
    case 'reference':
      if (type.module !== null) {
        const { text } = type.module
        found.set(text, (found.get(text) ?? new Set()).add(type.name.text))
      }
      return
    case 'array':
      collectReferences(type.items, found)
      return
    case 'tuple':
      for (const item of type.items) collectReferences(item.type, found)
      if (type.rest !== null) collectReferences(type.rest, found)
      return
    case 'object':
      for (const property of type.properties) collectReferences(property.type, found)
      if (type.index !== null) collectReferences(type.index, found)
      return
    case 'union':
    case 'intersection':
      for (const member of type.members) collectReferences(member, found)
      return
    default:
      return
  }
}

/** The validators of a module. */
export function validatorsOf(
  requests: readonly ValidatorRequest[],
  { validators, checksFormats, schemas }: ModuleContext,
): Validators {
  if (requests.length === 0) return NO_VALIDATORS
  return buildValidators(requests, {
    validated: requests.flatMap(({ schema }) => validators.dependencies(schema)),
    checksFormats,
    resolve: (module) => schemas.get(module),
  })
}

/** Imports of validators from other modules and from the runtime. */
export function validatorImports(
  validators: Validators,
  ownName: string | null,
  payloadsPath: string,
): ModelImport[] {
  if (validators.functions.length === 0) return []
  const names = new Map<string, Set<string>>()
  for (const reference of externalReferences(validators)) {
    const path = sourceOf(reference, ownName, payloadsPath)
    if (path !== null) names.set(path, (names.get(path) ?? new Set()).add(reference.name))
  }
  return [
    ...[...names].sort().map(([path, used]) => importOf(path, [...used].sort())),
    importOf('../runtime/validation', ['ValidationReport'], true),
  ]
}

/** Path of the module that declares a name; null if that is the module itself. */
function sourceOf(
  reference: Reference,
  ownName: string | null,
  payloadsPath: string,
): string | null {
  switch (reference.origin) {
    case 'helper':
      return '../runtime/validation'
    case 'format':
      return `../runtime/${reference.file}`
    case 'validator':
      return reference.module === ownName ? null : `${payloadsPath}/${reference.module}`
    case 'declaration':
      return null
  }
}

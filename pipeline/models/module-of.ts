import { Code } from '../../filters/code'
import { validatorName } from '../../filters/validator-unit'
import { validatorText, type ValidatorRequest } from '../../filters/validators'
import type { Constraints } from './constrains'
import type { Forms } from './form-of'
import { KINDS, type Form } from './forms'
import { isReference, type Documentation, type Schema } from './schema'
import type { ModelImport, ModelModule, NamedType, PropertyShape, TypeShape } from './shapes'
import { Types } from './type-of'

/** What all modules of one output have in common. */
export interface ModuleContext {
  readonly forms: Forms
  readonly constraints: Constraints
  readonly claim: (wanted: string) => string
  /** Whether objects become instances. */
  readonly classes: boolean
  readonly validation: boolean
  /** With `validation=none`: modules whose validators are written all the same, because those of parameters call them. */
  readonly needed: ReadonlySet<string>
  readonly formats: boolean
}

export interface ModuleRequest {
  readonly name: string
  readonly schema: Schema
  readonly documentation: Documentation
  readonly text: boolean
  /** From the module to the modules of `payloads/`. */
  readonly folder: string
}

/** The module of one schema: its type, what instances are, and what it needs from others. */
export function moduleOf(request: ModuleRequest, context: ModuleContext): ModelModule {
  const { name, schema, folder, text } = request
  const form = context.forms.of(schema)
  const instance = context.classes && !text && isObjectForm(form)
  const types = new Types({
    forms: context.forms,
    claim: context.claim,
    typeName: (module) => typeNameOf(module, context),
  })
  const place = { words: name, named: false }
  const type = types.of(schema, place)
  const fields = instance ? classFields(type, schema) : null
  const named: NamedType[] = types.named
  const checks = context.validation && context.constraints.constrains(schema)
  const validator = { name: validatorName(name), schema, exported: true }
  const written = checks || context.needed.has(name)
  const { code, imports } = validatorOf(written ? [validator] : [], name, folder, context)
  const plain = instance ? `${name}Interface` : name
  return {
    name: new Code(name),
    path: `./${name}`,
    plain: new Code(plain),
    documentation: request.documentation,
    alias: null,
    type,
    types: named,
    fields,
    constructed: instance && fields === null,
    method: !declares(form, 'marshal'),
    text,
    imports: mergeImports([
      ...typeImports([type, ...named.map((one) => one.type)], name, folder),
      ...runtimeImports(instance, fields !== null, text, checks),
      ...imports,
    ]),
    schema,
    checked: checks,
    check: new Code(checks ? validatorName(name) : 'null'),
    validators: code,
    exported: [...(instance ? [new Code(plain)] : []), ...named.map((one) => one.name)],
  }
}

/** What the declaration of the value needs. */
function runtimeImports(
  instance: boolean,
  declared: boolean,
  text: boolean,
  checked: boolean,
): ModelImport[] {
  if (declared) {
    return [
      take('../runtime/model', ['ValidationResult'], true),
      take('../runtime/models', ['fill', 'marshalJson', 'unmarshalObject']),
      take('../runtime/validation', checked ? ['validate'] : []),
    ]
  }
  return [
    take('../runtime/model', [instance ? 'ModelConstructor' : 'Model'], true),
    take('../runtime/models', [instance ? 'objectModel' : text ? 'textModel' : 'jsonModel']),
  ]
}

export function take(path: string, names: readonly string[], types = false): ModelImport {
  return { path, types, names: names.map((name) => new Code(name)) }
}

/** One import for each file; what is only a type says so where it stands among values. */
export function mergeImports(imports: readonly ModelImport[]): ModelImport[] {
  const byPath = new Map<string, ModelImport>()
  for (const one of imports.filter(({ names }) => names.length > 0)) {
    const other = byPath.get(one.path)
    byPath.set(one.path, other === undefined ? one : merged(other, one))
  }
  return [...byPath.values()]
}

function merged(a: ModelImport, b: ModelImport): ModelImport {
  const types = a.types && b.types
  const words = [a, b].flatMap((one) =>
    one.names.map(({ text }) => (one.types && !types ? `type ${text}` : text)),
  )
  const plainName = (word: string): string => word.replace('type ', '')
  const sorted = [...new Set(words)].sort((x, y) => (plainName(x) < plainName(y) ? -1 : 1))
  return take(a.path, sorted, types)
}

/** What the plain type of a module is called. */
export function typeNameOf(module: string, { forms, classes }: ModuleContext): string {
  return classes && isObjectForm(forms.ofModule(module)) ? `${module}Interface` : module
}

/** Whether all values are objects: then they can be instances. */
export function isObjectForm(form: Form): boolean {
  return KINDS.every((kind) => (form[kind].is === 'none') === (kind !== 'object'))
}

/** Names that the instances or the declaration of a class cannot have as fields. */
const NO_FIELDS = new Set(
  'constructor marshal hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf __proto__'.split(
    ' ',
  ),
)

/** The fields of a class; null where the language has no class declaration for the type. */
function classFields(type: TypeShape, schema: Schema): readonly PropertyShape[] | null {
  if (isReference(schema) || type.shape !== 'object' || type.index !== null) return null
  if (type.properties.length === 0) return null
  return type.properties.some(({ name }) => NO_FIELDS.has(name)) ? null : type.properties
}

/** Whether the document has a property of its own of that name. */
function declares(form: Form, name: string): boolean {
  const { object } = form
  return (
    object.is === 'pieces' &&
    object.all.some(
      (piece) => piece.piece === 'object' && piece.properties.some((one) => one.name === name),
    )
  )
}

export function typeImports(
  types: readonly TypeShape[],
  own: string | null,
  folder: string,
): ModelImport[] {
  const byModule = new Map<string, Set<string>>()
  for (const type of types) collect(type, byModule)
  return [...byModule]
    .filter(([module]) => module !== own)
    .map(([module, names]) => ({
      path: `${folder}/${module}`,
      types: true,
      names: [...names].map((name) => new Code(name)),
    }))
}

function collect(type: TypeShape, found: Map<string, Set<string>>): void {
  switch (type.shape) {
    case 'reference':
      if (type.module !== null) {
        const { text } = type.module
        found.set(text, (found.get(text) ?? new Set()).add(type.name.text))
      }
      return
    case 'array':
      collect(type.items, found)
      return
    case 'tuple':
      for (const item of type.items) collect(item.type, found)
      if (type.rest !== null) collect(type.rest, found)
      return
    case 'object':
      for (const property of type.properties) collect(property.type, found)
      if (type.index !== null) collect(type.index, found)
      return
    case 'union':
    case 'intersection':
      for (const member of type.members) collect(member, found)
      return
    default:
      return
  }
}

/** Validators as text, and what they need from other modules and from the runtime. */
export function validatorOf(
  requests: readonly ValidatorRequest[],
  own: string | null,
  folder: string,
  { constraints, formats: checksFormats }: ModuleContext,
): { code: Code; imports: ModelImport[] } {
  if (requests.length === 0) return { code: new Code(''), imports: [] }
  const called = new Set(requests.flatMap(({ schema }) => constraints.called(schema)))
  const { code, helpers, formats, modules } = validatorText(requests, [...called], checksFormats)
  const imports = [
    ...modules
      .filter((module) => module !== own)
      .map((module) => take(`${folder}/${module}`, [validatorName(module)])),
    take('../runtime/validation', helpers),
    take('../runtime/validation', ['ValidationReport'], true),
    ...formats.map(({ file, names }) => take(`../runtime/${file}`, names)),
  ]
  return { code: new Code(code), imports }
}

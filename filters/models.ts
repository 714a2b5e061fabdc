import type { ModelModule, ParametersModule } from '../pipeline/models/shapes'
import { Code } from './code'
import { documentation } from './documentation'
import { json, literal } from './literals'
import { declaration, declare, fields, type } from './types'
import { validatorText, type ValidatorText } from './validators'

/** Filters for the templates of models. */
export const modelFilters = {
  type,
  declaration,
  fields,
  documentation,
  plainType,
  validators,
  validationImports,
  formatImports,
  check,
  parameterFields,
  inputFields,
  parameterDefinitions,
}

/** `{{plainType module}}`: the declaration of a model's plain type. */
export function plainType({ plain, type: shape, documentation: about }: ModelModule): Code {
  return new Code(declare(plain.text, shape, about))
}

/** `{{check module}}`: the name of a model's validator, or `null`. */
export function check({ name, schema }: ModelModule): Code {
  return new Code(schema === null ? 'null' : `check${name.text}`)
}

/** `{{validators module}}`: the validators of a module. */
export function validators(module: ModelModule | ParametersModule): Code {
  return new Code(textOf(module).code)
}

/** `{{validationImports module}}`: what a module takes from `runtime/validation` by name. */
export function validationImports(module: ModelModule | ParametersModule): Code {
  return new Code(textOf(module).helpers.join(', '))
}

/** `{{formatImports module "formats"}}`: what a module takes from one of the runtime's files of formats. */
export function formatImports(module: ModelModule | ParametersModule, file: string): Code {
  const found = textOf(module).formats.find((each) => each.file === file)
  return new Code(found?.names.join(', ') ?? '')
}

function textOf(module: ModelModule | ParametersModule): ValidatorText {
  return 'parameters' in module ? parametersText(module) : modelText(module)
}

function modelText({ name, schema, checked }: ModelModule): ValidatorText {
  const request = { name: `check${name.text}`, schema: schema ?? true, exported: true }
  return validatorText([request], checked)
}

function parametersText({ parameters, checked }: ParametersModule): ValidatorText {
  const requests = parameters.map(({ schema, validator }) => ({
    name: validator?.text ?? '',
    schema: validator === null ? true : schema,
    exported: false,
  }))
  return validatorText(requests, checked)
}

/** `{{parameterFields module}}`: the members of the parameters' type. */
export function parameterFields(module: ParametersModule): Code {
  const properties = module.parameters.map((parameter) => ({
    ...parameter,
    optional: !parameter.required && parameter.default === null,
  }))
  return type({ shape: 'object', properties, index: module.index })
}

/** `{{inputFields module}}`: the same, as a caller passes them. */
export function inputFields(module: ParametersModule): Code {
  const properties = module.parameters.map((parameter) => ({
    ...parameter,
    optional: !parameter.required || parameter.default !== null,
  }))
  return type({ shape: 'object', properties, index: module.index })
}

/** `{{parameterDefinitions module}}`: what the runtime needs to know of each parameter. */
export function parameterDefinitions({ parameters }: ParametersModule): Code {
  const definitions = parameters.map(
    ({ name, kinds, required, default: fallback, validator }) =>
      `{ name: ${literal(name).text}, kinds: ${json(kinds).text}, required: ${String(required)}, ` +
      `check: ${validator?.text ?? 'null'}${fallback === null ? '' : `, default: ${json(fallback.value).text}`} }`,
  )
  return new Code(`[${definitions.join(', ')}]`)
}

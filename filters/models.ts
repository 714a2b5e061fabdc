import type { ModelModule, ParametersModule } from '../pipeline/models/shapes'
import { Code } from './code'
import { documentation } from './documentation'
import { json, literal } from './literals'
import { body, declaration, declare, fields, type } from './types'

/** Filters for the templates of models. */
export const modelFilters = {
  type,
  declaration,
  fields,
  documentation,
  plainType,
  parameterFields,
  inputFields,
  parameterDefinitions,
}

/** `{{plainType module}}`: the declaration of a model's plain type. */
export function plainType({ plain, type: shape, documentation: about }: ModelModule): Code {
  return new Code(declare(plain.text, shape, about))
}

/** `{{parameterFields module}}`: the members of the parameters' type. */
export function parameterFields(module: ParametersModule): Code {
  const properties = module.parameters.map((parameter) => ({
    ...parameter,
    optional: !parameter.required && parameter.default === null,
  }))
  return new Code(body({ shape: 'object', properties, index: module.index }))
}

/** `{{inputFields module}}`: the same, as a caller passes them. */
export function inputFields(module: ParametersModule): Code {
  const properties = module.parameters.map((parameter) => ({
    ...parameter,
    optional: !parameter.required || parameter.default !== null,
  }))
  return new Code(body({ shape: 'object', properties, index: module.index }))
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

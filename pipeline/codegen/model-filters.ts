import type { ModelModule, ParameterShape, ParametersModule, PropertyShape } from './shapes'
import { Code } from '../../filters/code'
import { documentation } from './jsdoc'
import { json, literal } from '../../filters/literals'
import { printValidators, type Validators } from './validators/validators'
import { printMembers, declaration, printDeclaration, type } from './types/print-type'
import { withInheritedMember } from './types/type-of'

/** Filters for the templates of models. */
export const modelFilters = {
  type,
  declaration,
  documentation,
  plainType,
  parameterFields,
  inputFields,
  parameterDefinitions,
  validators,
}

/** `{{plainType module}}`: the declaration of a model's plain type. */
export function plainType({ plainTypeName, type: shape, documentation: about }: ModelModule): Code {
  return new Code(printDeclaration(plainTypeName.text, shape, about))
}

/** `{{validators module.validators}}`: the validators of a module. */
export function validators(all: Validators): Code {
  return new Code(printValidators(all))
}

/** `{{parameterFields module}}`: the members of the parameters type. */
export function parameterFields(module: ParametersModule): Code {
  return printParameters(module, (one) => !one.required && one.default === null)
}

/** `{{inputFields module}}`: the members of the parameters type, as caller input. */
export function inputFields(module: ParametersModule): Code {
  return printParameters(module, (one) => !one.required || one.default !== null)
}

function printParameters(
  { parameters, index }: ParametersModule,
  canBeAbsent: (parameter: ParameterShape) => boolean,
): Code {
  const properties = parameters.map((parameter): PropertyShape => {
    const { name, type } = parameter
    const isOptional = canBeAbsent(parameter)
    return { ...parameter, isOptional, type: isOptional ? withInheritedMember(type, name) : type }
  })
  return new Code(printMembers({ shape: 'object', properties, index }))
}

/** `{{parameterDefinitions module}}`: the definition of each parameter for the runtime. */
export function parameterDefinitions({ parameters }: ParametersModule): Code {
  const definitions = parameters.map(
    ({ name, kinds, items, required, default: fallback, validatorName }) =>
      `{ name: ${literal(name).text}, kinds: ${json(kinds).text}, ${items === undefined ? '' : `items: ${json(items).text}, `}required: ${String(required)}, ` +
      `check: ${validatorName?.text ?? 'null'}${fallback === null ? '' : `, default: ${json(fallback.value).text}`} }`,
  )
  return new Code(`[${definitions.join(', ')}]`)
}

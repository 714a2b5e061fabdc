import * as formats from '../../runtime/formats'
import * as uriFormats from '../../runtime/formats-uri'
import * as model from '../../runtime/model'
import * as parameters from '../../runtime/parameters'
import * as standardSchema from '../../runtime/standard-schema'
import * as validation from '../../runtime/validation'

/** Functions and constants of the runtime that modules of models may import. */
export const RUNTIME_NAMES: ReadonlySet<string> = new Set(
  [formats, uriFormats, model, parameters, standardSchema, validation].flatMap((module) =>
    Object.keys(module),
  ),
)

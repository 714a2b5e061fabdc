import * as spectral from '@stoplight/spectral-functions/dist/schema/ajv.js'

type Validators = ReturnType<typeof spectral.createAjvInstances>

/**
 * Makes the parser compile each schema of the AsyncAPI specification once in a process. Spectral compiles it again for each
 * document, which is nine tenths of the parser's time. Schemas of the documents keep instances of AJV of their own.
 */
export function shareValidators(): void {
  const { createAjvInstances } = spectral
  const shared = new Map<string, Validators>()
  const module: { createAjvInstances: () => Validators } = spectral
  module.createAjvInstances = () => {
    const own = createAjvInstances()
    return (schema, dialect, allErrors) => {
      const { $id } = schema
      if ($id === undefined || !$id.startsWith('http://asyncapi.com/definitions/')) {
        return own(schema, dialect, allErrors)
      }
      const validators = shared.get($id) ?? createAjvInstances()
      shared.set($id, validators)
      return validators(schema, dialect, allErrors)
    }
  }
}

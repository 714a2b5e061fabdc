import { isRawSchema, type RawSchema } from './raw-schema'

/** What is wrong with a schema that is not the target of its reference, and the remedy. */
export function referenceProblem(
  raw: RawSchema,
  components: ReadonlyMap<string, object>,
): string | undefined {
  const reference = raw['$ref']
  if (typeof reference === 'string') {
    const loop = referenceLoop(reference, components)
    return loop === undefined
      ? `the reference ${JSON.stringify(reference)} was not resolved; write the schema into the document, or bundle it first (asyncapi bundle)`
      : `the references form a loop (${loop.join(' → ')}); replace one of them with a schema`
  }
  // The parser resolves "#" of another file as the root of the document.
  if (typeof raw['asyncapi'] === 'string' && isRawSchema(raw['info'])) {
    return 'the reference "#" is to the whole document, also in another file; write the schema into "components/schemas", and refer to it by its name'
  }
  return undefined
}

/** The references from the given one on, if they form a cycle; undefined otherwise. */
function referenceLoop(
  start: string,
  components: ReadonlyMap<string, object>,
): readonly string[] | undefined {
  const path: string[] = []
  for (let reference = start; ;) {
    if (path.includes(reference)) return [...path.slice(path.indexOf(reference)), reference]
    path.push(reference)
    const name = /^#\/components\/schemas\/([^/]+)$/.exec(reference)?.[1]
    const schema = name === undefined ? undefined : components.get(name)
    const next: unknown = schema === undefined ? undefined : Reflect.get(schema, '$ref')
    if (typeof next !== 'string') return undefined
    reference = next
  }
}

import { seededRandom } from '../test/support/random'
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import Ajv, { type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import ts from 'typescript'
import { changed, instance, withReferences } from '../test/pipeline/codegen/support/instances'
import {
  compileModels,
  describeSchemas,
  load,
  modelRuntime,
  renderModels,
} from '../test/pipeline/codegen/support/models-of'
import { typeOfValue } from '../test/pipeline/codegen/support/suite'
import { parseFile } from '../test/support/document'

/** How many instances are made from each payload, and how many of them are broken in one place. */
const INSTANCES = 12

interface Case {
  readonly payload: string
  readonly value: unknown
  readonly valid: boolean
  readonly line: string
}

/**
 * `npm run conformance:documents -- <folder>`: the payloads of real documents. Makes instances from each schema, and
 * breaks each in one place; Ajv determines which are valid. Prints how many of these the type accepts or rejects, and
 * whether the validator agrees with Ajv. Both `model`s must compile.
 */
async function main([folder]: string[]): Promise<void> {
  if (folder === undefined) throw new Error('usage: npm run conformance:documents -- <folder>')
  const failures: string[] = []
  const totals = {
    payloads: 0,
    unknown: 0,
    valid: 0,
    accepted: 0,
    invalid: 0,
    rejected: 0,
    agreed: 0,
    inferred: 0,
  }
  for (const name of readdirSync(folder)) {
    if (!/\.(ya?ml|json)$/.test(name) || name === 'SOURCES.json') continue
    const path = join(folder, name)
    const { payloads, components } = await payloadsOf(path)
    const files = filesOf(payloads, components)
    failures.push(...files.errors.map((error) => `${name}: ${error}`))
    const cases: Case[] = []
    for (const [payload, schema] of Object.entries(payloads)) {
      totals.payloads += 1
      const validate = compiled(schema)
      if (validate === undefined) {
        totals.unknown += 1
        continue
      }
      const model = load(files.files, `payloads/${payload}.ts`)[payload] as {
        validate(value: unknown): { valid: boolean }
      }
      for (const value of instancesOf(schema, payload, validate)) {
        const valid = verdict(validate, value)
        if (valid === undefined) continue
        if (model.validate(value).valid === valid) totals.agreed += 1
        else
          failures.push(
            `${name}: ${payload}: Ajv says ${String(valid)} of ${JSON.stringify(value)}`,
          )
        const at = cases.length
        const line = `declare const v${at}: ${typeOfValue(value)}; export const t${at}: ${payload} = v${at}`
        cases.push({ payload, value, valid, line })
      }
    }
    const refused = refusedLines(files.files, payloads, cases)
    const strict = refusedLines(files.strict, payloads, cases)
    for (const [at, { payload, value, valid }] of cases.entries()) {
      const accepted = !refused.has(at + 1)
      totals[valid ? 'valid' : 'invalid'] += 1
      if (accepted === valid) totals[valid ? 'accepted' : 'rejected'] += 1
      else if (valid && !strict.has(at + 1)) totals.inferred += 1
      else if (valid)
        failures.push(`${name}: ${payload}: the type refuses ${JSON.stringify(value)}`)
    }
  }
  const share = (count: number, of: number): string =>
    `${count} of ${of} (${((100 * count) / of).toFixed(1)} %)`
  for (const failure of failures) console.log(failure)
  console.log(`${totals.payloads} payloads, ${totals.unknown} of which Ajv cannot compile`)
  console.log(`valid instances accepted by the type: ${share(totals.accepted, totals.valid)}`)
  console.log(
    `  the other ${totals.inferred} are no objects, for a schema with "properties" but without "type": such a schema is read as an object`,
  )
  console.log(`invalid instances rejected by the type: ${share(totals.rejected, totals.invalid)}`)
  console.log(`validator agrees with Ajv: ${share(totals.agreed, totals.valid + totals.invalid)}`)
  if (failures.length > 0) process.exitCode = 1
}

interface Payloads {
  readonly payloads: Readonly<Record<string, unknown>>
  readonly components: ReadonlyMap<object, string>
}

async function payloadsOf(path: string): Promise<Payloads> {
  const document = await parseFile(path)
  const payloads: Record<string, unknown> = {}
  for (const [index, message] of document.allMessages().all().entries()) {
    const schema: unknown = message.payload()?.json()
    if (schema !== undefined) payloads[`Payload${index}`] = schema
  }
  const components = new Map<object, string>()
  const raw = document.json() as { components?: { schemas?: Record<string, object> } }
  for (const [name, schema] of Object.entries(raw.components?.schemas ?? {})) {
    if (!components.has(schema)) components.set(schema, `Shared ${name}`)
  }
  return { payloads, components }
}

function filesOf(
  payloads: Payloads['payloads'],
  components: Payloads['components'],
): { files: Record<string, string>; strict: Record<string, string>; errors: string[] } {
  const outputs = (['class', 'interface'] as const).map((model) => {
    const models = describeSchemas(payloads, { model, components })
    const files = { ...modelRuntime(), ...renderModels(models) }
    return { files, errors: [...models.problems, ...compileModels(files), ...filesWithAny(files)] }
  })
  const strict = describeSchemas(payloads, {
    model: 'interface',
    components,
    typeInference: 'strict',
  })
  return {
    strict: { ...modelRuntime(), ...renderModels(strict) },
    files: outputs[1]?.files ?? {},
    errors: outputs.flatMap(({ errors }) => errors),
  }
}

/** No type of the output is `any`. */
function filesWithAny(files: Readonly<Record<string, string>>): string[] {
  return Object.entries(files).flatMap(([path, text]) => {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022)
    const hasAny = (node: ts.Node): boolean =>
      node.kind === ts.SyntaxKind.AnyKeyword || ts.forEachChild(node, hasAny) === true
    return hasAny(file) ? [`${path} says any`] : []
  })
}

// Without `multipleOfPrecision`, Ajv refuses 19.99 as a multiple of 0.01.
const ajv = new Ajv({ strict: false, logger: false, ownProperties: true, multipleOfPrecision: 9 })
addFormats(ajv)

function compiled(schema: unknown): ValidateFunction | undefined {
  try {
    return ajv.compile(withReferences(schema) as object | boolean)
  } catch {
    return undefined
  }
}

/** Undefined if Ajv does not end, because a schema contains only a reference to itself. */
function verdict(validate: ValidateFunction, value: unknown): boolean | undefined {
  try {
    return validate(value)
  } catch {
    return undefined
  }
}

function instancesOf(schema: unknown, payload: string, validate: ValidateFunction): unknown[] {
  const random = seededRandom([...payload].reduce((sum, one) => sum * 31 + one.charCodeAt(0), 7))
  const made = Array.from({ length: INSTANCES }, () => instance(schema, random)).filter(
    (value) => verdict(validate, value) === true,
  )
  const broken = made.flatMap((value) => [changed(value, random), changed(value, random)])
  // As JSON: without undefined members.
  return [...made, ...broken].flatMap((value): unknown[] =>
    value === undefined ? [] : [JSON.parse(JSON.stringify(value))],
  )
}

function refusedLines(
  files: Readonly<Record<string, string>>,
  payloads: Payloads['payloads'],
  cases: readonly Case[],
): Set<number> {
  const main = [
    ...cases.map(({ line }) => line),
    `import type { ${Object.keys(payloads).join(', ')} } from './payloads/index'`,
  ].join('\n')
  const errors = compileModels({ ...files, 'main.ts': main })
  return new Set(errors.map((error) => Number(/^main\.ts:(\d+):/.exec(error)?.[1] ?? 0)))
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(basename(__filename), error)
  process.exitCode = 1
})

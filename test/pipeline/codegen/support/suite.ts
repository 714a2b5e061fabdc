import ts from 'typescript'
import { programOf } from '../../../support/compile'
import type { TypeInference } from '../../../../pipeline/schema/kind-analyzer'
import { describeSchemas, load, modelRuntime, renderModels } from './models-of'
import { resolveSchema } from './resolve'

/** A group of the JSON-Schema-Test-Suite, or one in its form. */
export interface Group {
  readonly description: string
  readonly schema: unknown
  readonly tests: readonly {
    readonly description: string
    readonly data: unknown
    readonly valid: boolean
  }[]
}

export interface Verdict {
  readonly group: Group
  readonly test: Group['tests'][number]
  /** Whether the type takes the instance, by how schemas without `type` are read. */
  readonly type: Readonly<Record<TypeInference, boolean>>
  /** Whether the validator does; formats are off, as the suite has them. */
  readonly validator: boolean
}

const READINGS: readonly TypeInference[] = ['strict', 'inferred']

/** The results of the generated types and validators for each instance. */
export function judge(
  groups: readonly Group[],
  remotes: Readonly<Record<string, unknown>> = {},
): Verdict[] {
  const files: Record<string, string> = { ...modelRuntime() }
  const validators = groups.map(({ schema }, index) => {
    const resolved = resolveSchema(schema, remotes)
    for (const typeInference of READINGS) {
      const models = describeSchemas(
        { Subject: resolved },
        { model: 'interface', checksFormats: false, typeInference },
      )
      if (models.problems.length > 0) throw new Error(models.problems.join('\n'))
      for (const [path, text] of Object.entries(renderModels(models))) {
        files[path.replace('payloads/', `${typeInference}${index}/`)] = text
      }
    }
    const subject = load(files, `inferred${index}/Subject.ts`)['Subject'] as {
      validate(value: unknown): { valid: boolean }
    }
    return subject.validate
  })
  for (const reading of READINGS) {
    groups.forEach((group, index) => {
      files[`${reading}${index}/main.ts`] = instances(group)
    })
  }
  const refused = refusals(files)
  return groups.flatMap((group, index) =>
    group.tests.map((test, at): Verdict => {
      const accepts = (reading: TypeInference): boolean =>
        !refused.has(`${reading}${index}/main.ts:${at + 1}`)
      return {
        group,
        test,
        type: { strict: accepts('strict'), inferred: accepts('inferred') },
        validator: validators[index]?.(test.data).valid ?? false,
      }
    }),
  )
}

/** One line for each instance. */
function instances({ tests }: Group): string {
  const lines = tests.map(
    ({ data }, at) =>
      `declare const v${at}: ${typeOfValue(data)}; export const t${at}: Subject = v${at}`,
  )
  return `${lines.join('\n')}\nimport type { Subject } from './Subject'\n`
}

/** Lines of the main files that do not compile; everything else must. */
function refusals(files: Readonly<Record<string, string>>): Set<string> {
  const program = programOf(files, { lib: ['lib.es2022.d.ts'] })
  const refused = new Set<string>()
  for (const diagnostic of ts.getPreEmitDiagnostics(program)) {
    const path = diagnostic.file?.fileName.split('__memory__/')[1] ?? ''
    const { line } = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0) ?? {
      line: 0,
    }
    if (!path.endsWith('/main.ts')) {
      throw new Error(
        `${path}:${line + 1}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}\n${files[path] ?? ''}`,
      )
    }
    refused.add(`${path}:${line + 1}`)
  }
  return refused
}

/** The exact type of a JSON value. */
export function typeOfValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(typeOfValue).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}: ${typeOfValue(member)}`,
  )
  return `{ ${members.join('; ')} }`
}

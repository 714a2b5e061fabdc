import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import metaSchema from 'ajv/dist/refs/json-schema-draft-07.json'
import { judge, type Group, type Verdict } from '../test/pipeline/codegen/support/suite'

/**
 * `npm run conformance -- <folder of the JSON-Schema-Test-Suite>`: the results of the generated types and validators for
 * the instances of draft 7. Formats are off, as in the suite; references to other servers (`refRemote`) are out of scope.
 */
function main([folder]: string[]): void {
  if (folder === undefined) throw new Error('usage: npm run conformance -- <folder of the suite>')
  const draft = existsSync(join(folder, 'draft7')) ? join(folder, 'draft7') : folder
  const files = readdirSync(draft).filter(
    (name) => name.endsWith('.json') && name !== 'refRemote.json',
  )
  const all = files.flatMap((name) => {
    const groups = JSON.parse(readFileSync(join(draft, name), 'utf8')) as Group[]
    return groups.map((group) => ({ file: basename(name, '.json'), group }))
  })
  const verdicts = judge(
    all.map(({ group }) => group),
    { 'http://json-schema.org/draft-07/schema': metaSchema },
  )
  const fileOf = new Map(all.map(({ file, group }) => [group, file]))
  const isMeta = ({ group }: Verdict): boolean =>
    JSON.stringify(group.schema).includes('json-schema.org/draft-07/schema')
  const suite = verdicts.filter((verdict) => !isMeta(verdict))

  console.log('file                        type: valid accepted  invalid rejected  validator')
  for (const file of new Set(fileOf.values())) {
    row(
      file,
      suite.filter(({ group }) => fileOf.get(group) === file),
    )
  }
  row('all', suite)
  row('of those, as documents mean it', suite, 'inferred')
  row('draft 7 itself as schema', verdicts.filter(isMeta))

  const failures: string[] = []
  const exceptions = verdicts.filter(({ test, type }) => test.valid && !type.strict)
  console.log(`\n${exceptions.length} valid instances that their type does not accept`)
  for (const verdict of exceptions) console.log(`  ${nameOf(verdict, fileOf)}`)
  const inferred = verdicts.filter(({ test, type }) => test.valid && type.strict && !type.inferred)
  console.log(
    `\n${inferred.length} more, where a schema with "properties" or "items" but without "type" is read as an object or an array:`,
  )
  for (const verdict of inferred) console.log(`  ${nameOf(verdict, fileOf)}`)
  for (const verdict of verdicts) {
    if (verdict.validator !== verdict.test.valid) {
      failures.push(`${nameOf(verdict, fileOf)}: the validator says ${String(verdict.validator)}`)
    }
  }
  const { valid, invalid } = shares(suite, 'strict')
  if (valid.share < 0.998) failures.push('fewer than 99.8 % of the valid instances are accepted')
  if (invalid.share < 0.665)
    failures.push('fewer than 66.5 % of the invalid instances are rejected')
  if (failures.length > 0) {
    console.log(`\n${failures.join('\n')}`)
    process.exitCode = 1
  }
}

interface Share {
  readonly count: number
  readonly of: number
  readonly share: number
}

function shares(
  verdicts: readonly Verdict[],
  typeInference: 'strict' | 'inferred',
): { valid: Share; invalid: Share; validator: Share } {
  const share = (list: readonly Verdict[], holds: (verdict: Verdict) => boolean): Share => {
    const count = list.filter(holds).length
    return { count, of: list.length, share: list.length === 0 ? 1 : count / list.length }
  }
  return {
    valid: share(
      verdicts.filter(({ test }) => test.valid),
      ({ type }) => type[typeInference],
    ),
    invalid: share(
      verdicts.filter(({ test }) => !test.valid),
      ({ type }) => !type[typeInference],
    ),
    validator: share(verdicts, ({ validator, test }) => validator === test.valid),
  }
}

function row(
  name: string,
  verdicts: readonly Verdict[],
  typeInference: 'strict' | 'inferred' = 'strict',
): void {
  const { valid, invalid, validator } = shares(verdicts, typeInference)
  const cell = ({ count, of, share }: Share): string =>
    `${count}/${of} ${(share * 100).toFixed(1)} %`.padEnd(18)
  console.log(`${name.padEnd(34)}${cell(valid)}${cell(invalid)}${cell(validator)}`.trimEnd())
}

function nameOf({ group, test }: Verdict, fileOf: ReadonlyMap<Group, string>): string {
  return `${fileOf.get(group) ?? ''}: ${group.description}: ${test.description}`
}

main(process.argv.slice(2))

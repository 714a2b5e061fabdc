import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/**
 * `describe` for tests of an optional program. If it is missing, the tests are skipped with installation instructions,
 * or fail with `CI_REQUIRE_ALL=1`.
 */
export function whenInstalled(name: string, command: string, hint: string): jest.Describe {
  const { error } = spawnSync(command, ['--version'], { stdio: 'ignore' })
  return describeIf(error === undefined, name, command, hint)
}

/** Like `whenInstalled`, for tests of an optional package in a folder. */
export function whenPackageInstalled(name: string, folder: string, hint: string): jest.Describe {
  return describeIf(existsSync(folder), name, folder, hint)
}

function describeIf(isPresent: boolean, name: string, path: string, hint: string): jest.Describe {
  if (isPresent) return describe
  if (process.env['CI_REQUIRE_ALL'] !== '1') {
    process.stderr.write(`${name} is not installed: its tests are skipped. To run them: ${hint}\n`)
    return describe.skip
  }
  const failing = (title: number | string | (() => void) | jest.FunctionLike): void => {
    describe(`${name} for ${String(title)}`, () => {
      it('is installed', () => {
        throw new Error(`${path} is missing: ${hint}`)
      })
    })
  }
  return Object.assign(failing, {
    only: failing,
    skip: describe.skip,
    each: describe.each,
  }) as unknown as jest.Describe
}

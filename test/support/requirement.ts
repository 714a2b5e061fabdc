import { spawnSync } from 'node:child_process'

/**
 * `describe` for tests of a program that may be missing: then they are skipped, saying how to install
 * it, or fail where `CI_REQUIRE_ALL=1` says that everything must be there.
 */
export function whenInstalled(name: string, command: string, hint: string): jest.Describe {
  if (!spawnSync(command, ['--version'], { stdio: 'ignore' }).error) return describe
  if (process.env['CI_REQUIRE_ALL'] !== '1') {
    process.stderr.write(`${name} is not installed: its tests are skipped. To run them: ${hint}\n`)
    return describe.skip
  }
  const failing = (title: number | string | (() => void) | jest.FunctionLike): void => {
    describe(`${name} for ${String(title)}`, () => {
      it('is installed', () => {
        throw new Error(`${command} is missing: ${hint}`)
      })
    })
  }
  return Object.assign(failing, {
    only: failing,
    skip: describe.skip,
    each: describe.each,
  }) as unknown as jest.Describe
}

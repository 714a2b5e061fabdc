import { join } from 'node:path'
import { COMPAT, packageFolder } from './folders'
import { node, type Node } from './programs'
import { succeed, type RunOptions } from './processes'
import { checkout } from './snapshot'

export interface Job {
  /** Path of the document. */
  readonly document: string
  readonly folder: string
  readonly parameters?: Readonly<Record<string, string>>
}

export interface Through {
  /** Name of the generator's package in this harness. Default: 3.4.1. */
  readonly generator?: '@asyncapi/generator' | 'generator2'
  /** Default: Node 24. */
  readonly node?: Node
  /** Folder of the pack. Default: the checkout. */
  readonly template?: string
  /** A program that runs the Node, e.g. one that takes the network away. */
  readonly wrapper?: readonly string[]
}

/** Generates, in a process of its own. */
export async function generate(jobs: readonly Job[], through: Through = {}): Promise<string> {
  const template = through.template ?? (await checkout())
  const [command = '', ...args] = [
    ...(through.wrapper ?? []),
    (through.node ?? node(24)).path,
    join(COMPAT, 'support/generate.js'),
  ]
  const input = JSON.stringify({
    generator: packageFolder(through.generator ?? '@asyncapi/generator'),
    template,
    jobs: jobs.map((job) => ({ parameters: {}, ...job })),
  })
  const options: RunOptions = { input, timeout: 300_000 }
  const { stdout } = await succeed(command, args, options)
  return stdout
}

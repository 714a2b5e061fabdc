import { transformSync } from '@swc/core'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createContext, runInContext } from 'node:vm'

const RUNTIME = join(__dirname, '../../runtime')

/** What a browser, Deno, Bun and Node have in common. */
const WEB = [
  'AbortController',
  'AbortSignal',
  'Blob',
  'console',
  'Event',
  'EventTarget',
  'fetch',
  'Headers',
  'ReadableStream',
  'Request',
  'Response',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'queueMicrotask',
  'TextDecoder',
  'TextEncoder',
  'TransformStream',
  'URL',
  'URLSearchParams',
] as const

/** Loads a module of the runtime, and what it imports, where there is nothing but the web's own globals. */
function loadInPage(name: string): Record<string, unknown> {
  const page = createContext(Object.fromEntries(WEB.map((global) => [global, globalThis[global]])))
  const loaded = new Map<string, { exports: Record<string, unknown> }>()
  const load = (specifier: string, folder: string): Record<string, unknown> => {
    if (!specifier.startsWith('.')) throw new Error(`a page has no "${specifier}"`)
    const path = join(folder, specifier)
    const known = loaded.get(path)
    if (known !== undefined) return known.exports
    const module = { exports: {} }
    loaded.set(path, module)
    const { code } = transformSync(readFileSync(`${path}.ts`, 'utf8'), {
      configFile: false,
      swcrc: false,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
    })
    const run = runInContext(`(function (require, module, exports) {${code}\n})`, page) as (
      ...args: unknown[]
    ) => void
    run((inner: string) => load(inner, dirname(path)), module, module.exports)
    return module.exports
  }
  return load(`./${name}`, RUNTIME)
}

// `Protocols` has both halves, and some bundlers include both although a page needs only one.
test.each(['fetch-client', 'eventsource-client', 'express', 'node', 'testing', 'model'])(
  'runtime/%s loads where there is neither Node nor a package of it',
  (name) => {
    expect(Object.keys(loadInPage(name))).not.toEqual([])
  },
)

import { dirname, join } from 'node:path'
import ts from 'typescript'

/** The strict flags that generated code must support; callers add the module settings under test. */
const strict: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noFallthroughCasesInSwitch: true,
  isolatedModules: true,
  erasableSyntaxOnly: true,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
  noEmit: true,
}

/** Files on disk (the compiler's library, packages), read once for all programs with the same settings. */
const disk = new Map<string, ts.SourceFile | undefined>()

/** Root of the in-memory files: inside the project, so that packages resolve. */
const root = join(__dirname, '..', '..', '__memory__')

/**
 * Compiles in-memory files with the strict flags of the generated code.
 * @param files text by path, e.g. `{ 'payloads/A.ts': '…' }`
 * @param options settings that differ from the strict ones, e.g. `{ module: ts.ModuleKind.NodeNext }`
 * @param isChecked files whose diagnostics are wanted, by path. Default: all
 * @returns one line for each diagnostic, `path:line: message`; empty without errors
 */
export function compile(
  files: Readonly<Record<string, string>>,
  options: ts.CompilerOptions = {},
  isChecked?: (path: string) => boolean,
): string[] {
  const program = programOf(files, options)
  const diagnostics =
    isChecked === undefined
      ? ts.getPreEmitDiagnostics(program)
      : Object.keys(files)
          .filter(isChecked)
          .flatMap((path) =>
            ts.getPreEmitDiagnostics(program, program.getSourceFile(join(root, path))),
          )
  return diagnostics.map((diagnostic) => {
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')
    if (diagnostic.file === undefined) return text
    const { line } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start ?? 0)
    return `${diagnostic.file.fileName.slice(root.length + 1)}:${line + 1}: ${text}`
  })
}

/** The program itself, for tests that use the type checker. */
export function programOf(
  files: Readonly<Record<string, string>>,
  options: ts.CompilerOptions = {},
): ts.Program {
  const settings = { ...strict, ...options }
  const memory = new Map(Object.entries(files).map(([path, text]) => [join(root, path), text]))
  const folders = new Set<string>()
  for (const path of memory.keys()) {
    for (let folder = dirname(path); !folders.has(folder) && folder !== dirname(folder);) {
      folders.add(folder)
      folder = dirname(folder)
    }
  }
  const host = ts.createCompilerHost(settings)
  const { fileExists, readFile, directoryExists, getSourceFile } = host
  host.fileExists = (path) => memory.has(path) || fileExists(path)
  host.readFile = (path) => memory.get(path) ?? readFile(path)
  host.directoryExists = (path) => folders.has(path) || (directoryExists?.(path) ?? true)
  host.getCurrentDirectory = () => root
  host.getSourceFile = (path, language, ...rest) => {
    const text = memory.get(path)
    if (text !== undefined) return ts.createSourceFile(path, text, language, true)
    const key = JSON.stringify([path, language])
    if (!disk.has(key)) disk.set(key, getSourceFile(path, language, ...rest))
    return disk.get(key)
  }
  return ts.createProgram(
    [...memory.keys()].filter((path) => /\.[cm]?tsx?$/.test(path)),
    settings,
    host,
  )
}

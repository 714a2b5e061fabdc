import { join } from 'node:path'
import ts from 'typescript'

/** Files of the compiler's library and of this project's packages, read once for all folders. */
const packages = new Map<string, ts.SourceFile | undefined>()

const root = join(__dirname, '../../node_modules') + '/'

/** Compiles a folder with a tsconfig.json, as `tsc -p` does. Returns the output of `tsc`; empty without errors. */
export function buildFolder(folder: string, options: ts.CompilerOptions = {}): string {
  const formatHost: ts.FormatDiagnosticsHost = {
    getCurrentDirectory: () => folder,
    getCanonicalFileName: (path) => path,
    getNewLine: () => '\n',
  }
  const config = ts.getParsedCommandLineOfConfigFile(join(folder, 'tsconfig.json'), options, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      throw new Error(ts.formatDiagnostic(diagnostic, formatHost))
    },
  })
  if (config === undefined) throw new Error(`${folder} has no tsconfig.json`)
  const host = ts.createCompilerHost(config.options)
  const { getSourceFile } = host
  host.getCurrentDirectory = () => folder
  host.getSourceFile = (path, language, ...rest) => {
    if (!path.startsWith(root)) return getSourceFile(path, language, ...rest)
    const key = JSON.stringify([path, language])
    if (!packages.has(key)) packages.set(key, getSourceFile(path, language, ...rest))
    return packages.get(key)
  }
  const program = ts.createProgram({
    rootNames: config.fileNames,
    options: config.options,
    configFileParsingDiagnostics: config.errors,
    host,
  })
  const { diagnostics } = program.emit()
  return ts.formatDiagnostics([...ts.getPreEmitDiagnostics(program), ...diagnostics], formatHost)
}

/** Like `buildFolder`, without writing. */
export function compileFolder(folder: string): string {
  return buildFolder(folder, { noEmit: true })
}

import { hashOf, readManifest } from '../../../pipeline/output/manifest'
import { write, type WriteResult } from '../../../pipeline/output/write'

/** Outputs that differ in what is in them, in what is missing and in size, so that a kill meets every kind of change. */
export const OUTPUTS: readonly Readonly<Record<string, string>>[] = ['a', 'b', 'c'].map(
  (letter, number) =>
    Object.fromEntries([
      ...Array.from({ length: 12 }, (_, index): [string, string] => [
        `payloads/Model${index}.ts`,
        `// ${letter}\n`.repeat(1 + index * 4000),
      ]),
      ...Array.from({ length: 6 }, (_, index): [string, string] => [
        `only/${letter}/${index}.ts`,
        `// ${letter}\n`,
      ]),
      [number === 0 ? 'index.ts' : `index${number}.ts`, letter],
    ]),
)

/** One run, from the manifest to the files. */
export function run(folder: string, files: Readonly<Record<string, string>>): WriteResult {
  return write({
    folder,
    files: Object.entries(files).map(([path, content]) => ({
      path,
      content,
      entry: { hash: hashOf(content), source: hashOf(path, content) },
    })),
    manifest: readManifest(folder),
    noOverwrite: [],
  })
}

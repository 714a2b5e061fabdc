import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build, type BuildOptions } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import ts from 'typescript'
import type { RawParameters } from '../../../pipeline/options'
import { compile } from '../../support/compile'
import { linkPackages } from '../../support/generator'
import { outputOf } from '../../support/output'
import { parseDocument } from '../../support/document'
import { counters } from './document'
import type { UiServer } from './server'

/** Generates the code of the counters into a folder that has the packages of this project. */
export async function generateCounters(
  folder: string,
  parameters: RawParameters,
  document: object = counters,
): Promise<Record<string, string>> {
  const files = outputOf(await parseDocument(document), { side: 'client', ...parameters })
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  linkPackages(folder)
  return files
}

/** What the compiler reports of an app beside its generated code. */
export function compileApp(files: Record<string, string>, app: string): string[] {
  return compile({ ...files, 'app.tsx': app }, { jsx: ts.JsxEmit.ReactJSX })
}

/** Bundles an app in a folder with generated code. */
export async function bundleApp(
  folder: string,
  app: string,
  options: BuildOptions = {},
): Promise<string> {
  const { outputFiles } = await build({
    ...options,
    stdin: { contents: app, resolveDir: folder, loader: 'tsx' },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"' },
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

export const PAGE =
  '<!doctype html><meta charset="utf-8"><title>test</title><div id="root"></div><script type="module" src="/app.js"></script>'

/** The files of a page with a script. */
export function pageFiles(script: string): UiServer['files'] {
  return {
    '/': { type: 'text/html', text: PAGE },
    '/app.js': { type: 'text/javascript', text: script },
  }
}

/** Opens a page; errors of its scripts are added to `problems`. */
export async function openPage(browser: Browser, url: string, problems: string[]): Promise<Page> {
  const page = await browser.newPage()
  page.on('pageerror', (error) => problems.push(error.message))
  await page.goto(url)
  return page
}

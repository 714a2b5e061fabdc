#!/usr/bin/env node
// Checks what `npm pack` would publish: everything that the generator needs, and nothing else. Also checks that no
// dependency runs a script during installation.
const { execFileSync } = require('node:child_process')
const { existsSync, readdirSync, readFileSync } = require('node:fs')
const { join, sep } = require('node:path')

const NEEDED = ['template', 'partials', 'runtime', 'dist']
const ALLOWED =
  /^(dist\/(pipeline|filters|runtime)\/.+\.js|(filters|pipeline|runtime)\/.+\.ts|(template|partials)\/.+\.hbs|(bin\/[\w-]+|hooks\/index)\.js|docs\/.+\.(md|png|svg)|examples\/[\w-]+\.yaml|schema\/[\w-]+\.json|(README|CHANGELOG|CONTRIBUTING|SECURITY)\.md|llms\.txt|LICENSE|package\.json)$/

const [{ files, size }] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' }),
)
const packed = files.map(({ path }) => path)
const needed = NEEDED.flatMap((folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(hbs|ts|js)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).split(sep).join('/')),
)
const scripted = Object.entries(JSON.parse(readFileSync('package-lock.json', 'utf8')).packages)
  .filter(([path, { dev, hasInstallScript }]) => path !== '' && !dev && hasInstallScript)
  .map(([path]) => path)
const problems = [
  ...scripted.map((path) => `${path} runs a script while it is installed`),
  ...packed
    .filter((path) => !ALLOWED.test(path))
    .map((path) => `${path} does not belong into the package`),
  ...needed
    .filter((path) => !packed.includes(path))
    .map((path) => `${path} is missing from the package`),
  ...packed
    .filter((path) => path.startsWith('dist/'))
    .filter((path) => !existsSync(path.replace(/^dist\/(.+)\.js$/, '$1.ts')))
    .map((path) => `${path} has no source; delete dist/ and run \`npm run build\``),
  ...(packed.some((path) => path.startsWith('dist/'))
    ? []
    : ['dist/ is missing from the package: npm run build']),
]
for (const problem of problems) console.error(problem)
console.log(
  `${packed.length} files, ${Math.round(size / 1024)} kB packed, ${problems.length} problems`,
)
if (problems.length > 0) process.exitCode = 1

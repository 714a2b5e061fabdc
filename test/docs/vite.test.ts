import { describeChromium, launchChromium } from '../support/chromium'
import { freePort } from '../support/free-port'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { whenInstalled } from '../support/requirement'
import { scratchFolder } from '../support/folder'
import { openStream, startServer, type UiServer } from '../ui/support/server'

const execute = promisify(execFile)
const ROOT = join(__dirname, '../..')
const COMPAT_PACKAGES = join(ROOT, 'test/compat/node_modules')
const VITE = join(COMPAT_PACKAGES, 'vite/bin/vite.js')

/** The parts of the template `react-ts` of Vite that the page does not replace. */
const TEMPLATE: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "signups", "private": true, "type": "module" }',
  'index.html':
    '<!doctype html><html lang="en"><body><div id="root"></div><script type="module" src="/src/main.tsx"></script></body></html>',
  'src/main.tsx': `import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import App from './App.tsx'

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
`,
  'tsconfig.app.json': JSON.stringify({
    compilerOptions: {
      target: 'es2023',
      lib: ['ES2023', 'DOM'],
      module: 'esnext',
      types: ['vite/client'],
      skipLibCheck: true,
      moduleResolution: 'bundler',
      allowImportingTsExtensions: true,
      verbatimModuleSyntax: true,
      moduleDetection: 'force',
      noEmit: true,
      jsx: 'react-jsx',
      strict: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      erasableSyntaxOnly: true,
      noFallthroughCasesInSwitch: true,
    },
    include: ['src'],
  }),
  'tsconfig.json': '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }',
  // Vite compiles JSX itself; the plugin adds the replacement of components in a running page.
  'node_modules/@vitejs/plugin-react/package.json':
    '{ "name": "@vitejs/plugin-react", "type": "module", "main": "index.js" }',
  'node_modules/@vitejs/plugin-react/index.js': 'export default () => []',
}

/** The first block of the page that contains a text. */
function blockWith(text: string): string {
  const page = readFileSync(join(ROOT, 'docs/vite.md'), 'utf8')
  const blocks = [...page.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, block = '']) => block)
  const found = blocks.find((block) => block.includes(text))
  if (found === undefined) throw new Error(`docs/vite.md has no block with ${text}`)
  return found
}

whenInstalled(
  'Vite',
  VITE,
  'npm ci --prefix test/compat',
)('the page about Vite', () => {
  describeChromium('a new app of Vite with the blocks of docs/vite.md', () => {
    let folder: string
    let api: UiServer
    let browser: Browser

    beforeAll(async () => {
      folder = scratchFolder()
      api = await startServer()
      api.answer = (response) => {
        openStream(response)
        // Like the generated server: a proxy may forward headers with the first byte of the body.
        response.write('retry: 500\n\n')
      }
      const config = blockWith('defineConfig').replace('http://localhost:3000', api.url)
      expect(config).toContain(api.url)
      const files = {
        ...TEMPLATE,
        'asyncapi.yaml': blockWith('asyncapi: 3'),
        'src/App.tsx': blockWith('export default function App'),
        'vite.config.ts': config,
      }
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true })
        writeFileSync(join(folder, path), text)
      }
      for (const name of ['react', 'react-dom', 'scheduler', '@types', 'csstype']) {
        symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), 'dir')
      }
      symlinkSync(join(COMPAT_PACKAGES, 'vite'), join(folder, 'node_modules/vite'), 'dir')
      const [, command = ''] =
        /^npx asyncapi-eventsource-template (.*)$/m.exec(blockWith('side=client')) ?? []
      const bin = join(ROOT, 'bin/asyncapi-eventsource-template.js')
      await execute(process.execPath, [bin, ...command.split(' ')], { cwd: folder })
      browser = await launchChromium()
    }, 120_000)
    afterAll(async () => {
      await browser.close()
      await api.close()
    })

    it('passes the type checker of the app, and builds', async () => {
      const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
      await execute(process.execPath, [tsc, '-p', 'tsconfig.app.json'], { cwd: folder })
      await execute(process.execPath, [VITE, 'build'], { cwd: folder })
      expect(existsSync(join(folder, 'dist/index.html'))).toBe(true)
    }, 120_000)

    describe('in development', () => {
      let vite: ChildProcess
      let page: Page
      let url: string

      beforeAll(async () => {
        const port = await freePort()
        url = `http://localhost:${port}`
        vite = spawn(process.execPath, [VITE, '--port', String(port), '--strictPort'], {
          cwd: folder,
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        await new Promise<void>((resolve, reject) => {
          vite.once('exit', () => reject(new Error('Vite ended')))
          vite.stdout?.on('data', (text: Buffer) => String(text).includes('Local') && resolve())
        })
        page = await browser.newPage()
        await page.goto(url)
      }, 120_000)
      afterAll(async () => {
        const isEnded = new Promise((resolve) => vite.once('exit', resolve))
        vite.kill()
        await isEnded
      })

      it('shows the events, over one connection under StrictMode, and continues after the stream ends', async () => {
        await page.getByText('open', { exact: true }).waitFor()
        const signup = (id: number, displayName: string): void =>
          api.send(
            `id: ${id}\ndata: ${JSON.stringify({ displayName, email: 'a@example.com' })}\n\n`,
          )
        signup(1, 'Ada')
        await page.getByText('Ada').waitFor()
        expect(api.requests.map((request) => request.url)).toEqual(['/user/signedup'])
        for (const { response } of api.open) response.end()
        await api.until(() => api.requests.length === 2)
        expect(api.requests[1]?.headers['last-event-id']).toBe('1')
        await page.getByText('open', { exact: true }).waitFor()
        signup(2, 'Bob')
        await page.getByText('Bob').waitFor()
        expect(await page.getByRole('listitem').allTextContents()).toEqual(['Ada', 'Bob'])
      }, 60_000)
    })
  })
})

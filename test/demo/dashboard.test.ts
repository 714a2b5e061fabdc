import { execFileSync, fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { compileFolder } from '../support/compile-folder'
import { whenInstalled } from '../support/requirement'

const root = join(__dirname, '../..')
const pictures = join(root, 'out', 'demo')

whenInstalled(
  'Chromium',
  'chromium',
  'apt-get install chromium',
)('the dashboard', () => {
  let demo: ChildProcess
  let browser: Browser | undefined
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    demo = fork(join(root, 'scripts/demo.js'), { env: { ...process.env, PORT: '0' }, silent: true })
    let printed = ''
    const address = await new Promise<string>((resolve) => {
      demo.stdout?.on('data', (chunk) => {
        printed += String(chunk)
        const found = /http:\/\/\S+\n/.exec(printed)?.[0]
        if (found !== undefined) resolve(found.trim())
      })
    })
    mkdirSync(pictures, { recursive: true })
    const executablePath = execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim()
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
    page = await browser.newPage({ viewport: { width: 960, height: 570 } })
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(address)
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    const end = once(demo, 'exit')
    demo.kill('SIGTERM')
    await end
  }, 300_000)

  /** Numbers of the orders on the page, the newest first. */
  const numbers = async (): Promise<number[]> =>
    (await page.locator('#orders li span:first-child').allTextContents()).map((text) =>
      Number(text.slice(1)),
    )
  const picture = (name: string): Promise<unknown> =>
    page.screenshot({ path: join(pictures, `${name}.png`) })

  it('shows events as they come', async () => {
    await page.locator('#state.live').waitFor()
    await page.locator('#orders li').nth(3).waitFor()
    await page.locator('#orders li.shipped').first().waitFor()
    await picture('live')
    expect(await page.locator('#log').textContent()).toContain('connected to berlin')
  }, 300_000)

  it('comes back when the connection drops, and has missed nothing', async () => {
    const [latest = 0] = await numbers()
    await page.locator('#drop').click()
    await page.locator('#state.connecting').waitFor()
    await picture('dropped')
    await page.locator('#log .good', { hasText: 'connected again' }).waitFor()
    await page.locator(`#order-${latest + 3}`).waitFor()
    await picture('back')
    const shown = await numbers()
    expect(shown).toEqual(shown.map((_, index) => (shown[0] ?? 0) - index))
    expect(await page.locator('#gaps').textContent()).toBe('0')
  }, 300_000)

  it('comes back when the server restarts, and is told that events were lost', async () => {
    await page.locator('#restart').click()
    await page.locator('#log .bad', { hasText: 'gap' }).waitFor()
    await page.locator('#state.live').waitFor()
    await picture('restarted')
    expect(await page.locator('#gaps').textContent()).toBe('1')
  }, 300_000)

  it('leaves one shop for another', async () => {
    await page.locator('#shop').selectOption('oslo')
    await page.locator('#log .good', { hasText: 'connected to oslo' }).waitFor()
    await page.locator('#orders li').first().waitFor()
    expect(complaints).toEqual([])
  }, 300_000)

  it('compiles strictly', () => {
    expect(compileFolder(join(root, 'examples/dashboard'))).toBe('')
  }, 300_000)
})

import { describeChromium, launchChromium } from '../support/chromium'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { startDemo, type Demo } from './support/demo'
import { compileFolder } from '../support/compile-folder'

const root = join(__dirname, '../..')
/** docs/dashboard.png is `shared.png` of this folder. */
const pictures = join(root, 'out', 'demo')

describeChromium('the dashboard', () => {
  let demo: Demo
  let browser: Browser | undefined
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    demo = await startDemo('dashboard')
    mkdirSync(pictures, { recursive: true })
    browser = await launchChromium()
    const context = await browser.newContext({ viewport: { width: 1280, height: 740 } })
    page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(demo.url)
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    await demo.stop()
  }, 300_000)

  /** Numbers of the orders on the page, the newest first. */
  const numbers = async (): Promise<number[]> =>
    (await page.locator('#orders li:not(.break) span:first-child').allTextContents()).map((text) =>
      Number(text.slice(1)),
    )
  const picture = (name: string): Promise<unknown> =>
    page.screenshot({ path: join(pictures, `${name}.png`) })

  const numberIn = async (id: string): Promise<number> =>
    Number(await page.locator(`#${id}`).textContent())

  /** The figures agree with the lines of the connections. */
  const checkFigures = async (): Promise<void> => {
    // One read, because events arrive meanwhile.
    const { figures, lines } = await page.evaluate(() => ({
      figures: ['events', 'replayed', 'reconnects', 'gaps'].map((id) =>
        Number(document.getElementById(id)?.textContent),
      ),
      lines: [...document.querySelectorAll('#streams li')].map((line) =>
        [...line.children].map(({ textContent }) => textContent).join(' '),
      ),
    }))
    const sum = (counts: RegExp): number =>
      lines.reduce((total, line) => total + Number(counts.exec(line)?.[1] ?? 0), 0)
    const replayed = sum(/(\d+) replayed/)
    expect(figures).toEqual([
      replayed + sum(/(\d+) live/),
      replayed,
      lines.length - 1,
      lines.filter((line) => line.includes('after gap')).length,
    ])
  }

  it('shows events as they come', async () => {
    await page.locator('#status.open').waitFor()
    await page.locator('#orders li').nth(3).waitFor()
    await page.locator('#orders li.shipped').first().waitFor()
    await picture('live')
    await checkFigures()
    expect(await page.locator('#streams li').count()).toBe(1)
    expect(await numberIn('replayed')).toBe(0)
    expect(await page.locator('.source pre').textContent()).toContain('useShopsShopIdOrders(')
  }, 300_000)

  it('resumes when the network returns, marks the replayed events, and misses none', async () => {
    const [latest = 0] = await numbers()
    await page.locator('#offline').click()
    await page.locator('#status.reconnecting').waitFor()
    await picture('offline')
    await page.locator('#status.open').waitFor()
    await page
      .locator(`#order-${latest + 1} i[title=replayed]`)
      .first()
      .waitFor()
    await page.locator('#streams li').nth(1).waitFor()
    await picture('resumed')
    const shown = await numbers()
    expect(shown).toEqual(shown.map((_, index) => (shown[0] ?? 0) - index))
    expect(await numberIn('replayed')).toBeGreaterThan(0)
    expect(await numberIn('gaps')).toBe(0)
    await checkFigures()
  }, 300_000)

  it('reconnects when the server restarts, and shows that events are lost', async () => {
    await page.locator('#restart').click()
    await page.locator('#orders .gap').waitFor()
    await page.locator('#status.open').waitFor()
    await picture('restarted')
    expect(await numberIn('gaps')).toBe(1)
    await checkFigures()
  }, 300_000)

  it('opens a second tab, which uses the connections of the first, and leads when the first is closed', async () => {
    // The restart ended both connections. A tab that opens meanwhile would lead the stream whose delay is longer.
    await page.evaluate(async () => {
      for (let leads = 0; leads !== 2; await new Promise(requestAnimationFrame)) {
        const { held = [] } = await navigator.locks.query()
        leads = held.filter(({ name = '' }) => !name.startsWith('tab-')).length
      }
    })
    const [second] = await Promise.all([
      page.context().waitForEvent('page'),
      page.locator('#open').click(),
    ])
    second.on('pageerror', (error) => complaints.push(error.message))
    await second.locator('#orders li').first().waitFor()
    const isShared = (of: Page, owner: string): Promise<unknown> =>
      of.waitForFunction((expected) => {
        const owners = [...document.querySelectorAll('#sharing li span')]
        const isOwned = owners.every(({ textContent }) => textContent === expected)
        return owners.length === 2 && isOwned
      }, owner)
    await isShared(second, 'tab 1')
    await isShared(page, 'this tab')
    expect(await second.locator('#tabs').textContent()).toBe('2 tabs')
    await picture('shared')
    await page.close()
    page = second
    await isShared(page, 'this tab')
    expect(await page.locator('#tabs').textContent()).toBe('1 tab')
    expect(await numberIn('reconnects')).toBe(0)
    const shown = await numbers()
    expect(shown).toEqual(shown.map((_, index) => (shown[0] ?? 0) - index))
  }, 300_000)

  it('closes the stream of one shop and opens that of another', async () => {
    await page.locator('#shop').selectOption('oslo')
    await page.locator('#sharing code', { hasText: '/shops/oslo/orders' }).waitFor()
    await page.locator('#orders li').first().waitFor()
    await checkFigures()
    expect(complaints).toEqual([])
  }, 300_000)

  it('compiles strictly', () => {
    expect(compileFolder(join(root, 'examples/dashboard'))).toBe('')
  }, 300_000)
})

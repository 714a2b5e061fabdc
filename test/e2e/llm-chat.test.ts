import { describeChromium, launchChromium } from '../support/chromium'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { Balancer } from '../runtime/brokers/redis/support/kills/balancer'
import { describeRedis, RedisServer } from '../runtime/brokers/redis/support/redis-server'
import { freePort } from '../support/free-port'
import { startDemo, type Demo } from './support/demo'
import { compileFolder } from '../support/compile-folder'

const root = join(__dirname, '../..')
const pictures = join(root, 'out', 'demo')

const textOf = (page: Page): Promise<string> => page.locator('#answer').innerText()
const stateOf = (page: Page, state: string): Promise<void> =>
  page.locator(`#state[data-state=${state}]`).waitFor()
/** Resolves when the page shows a number of words. */
const words = async (page: Page, count: number): Promise<void> => {
  await page.waitForFunction(
    (least) => (document.getElementById('answer')?.textContent ?? '').split(' ').length > least,
    count,
  )
}

describeChromium('the chat', () => {
  let demo: Demo
  let browser: Browser
  let context: BrowserContext
  const complaints: string[] = []

  beforeAll(async () => {
    demo = await startDemo('llm-chat')
    mkdirSync(pictures, { recursive: true })
    browser = await launchChromium()
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    await demo.stop()
  }, 300_000)

  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1280, height: 720 } })
  })
  afterEach(() => context.close())

  /** A page with the chat, and the requests that it has sent for the run. */
  async function open(at = demo.url): Promise<{ page: Page; methods: string[] }> {
    const page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(error.message))
    const methods: string[] = []
    page.on('request', (request) => {
      if (request.url().includes('/chat/')) methods.push(request.method())
    })
    await page.goto(at)
    return { page, methods }
  }

  async function ask(page: Page, question: string): Promise<void> {
    await page.locator('#prompt').fill(question)
    await page.locator('#send').click()
  }

  /** The answer is whole: its last sentence, and as many words as the server has counted. */
  async function expectWhole(page: Page, question: string): Promise<void> {
    await stateOf(page, 'done')
    const text = await textOf(page)
    expect(text.startsWith(`You asked: “${question}” This server`)).toBe(true)
    expect(text.endsWith('to the model.')).toBe(true)
    expect(await page.locator('#note').innerText()).toBe(`${text.split(' ').length} tokens`)
  }

  it('shows words as the server produces them', async () => {
    const { page, methods } = await open()
    await ask(page, 'What is a run?')
    await words(page, 20)
    expect((await textOf(page)).split(' ').length).toBeLessThan(100)
    await page.screenshot({ path: join(pictures, 'chat-1280.png') })
    await page.setViewportSize({ width: 390, height: 844 })
    await page.screenshot({ path: join(pictures, 'chat-390.png') })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    await expectWhole(page, 'What is a run?')
    await page.screenshot({ path: join(pictures, 'chat-390-done.png') })
    expect(methods).toEqual(['POST'])
  }, 300_000)

  it('continues the run after a reload in the middle, also in another tab', async () => {
    const { page, methods } = await open()
    await ask(page, 'one two')
    await words(page, 20)
    const before = await textOf(page)
    await page.reload()
    await words(page, 21)
    expect((await textOf(page)).startsWith(before)).toBe(true)
    expect(await page.locator('#question').innerText()).toBe('one two')
    await page.screenshot({ path: join(pictures, 'chat-reloaded.png') })
    const { page: other } = await open(page.url())
    await expectWhole(page, 'one two')
    await expectWhole(other, 'one two')
    expect(await textOf(other)).toBe(await textOf(page))
    expect(methods).toEqual(['POST', 'GET'])
  }, 300_000)

  it('stops in both tabs, with the same words', async () => {
    const { page } = await open()
    await ask(page, 'stop me')
    await words(page, 10)
    const { page: other } = await open(page.url())
    await words(other, 15)
    await other.locator('#stop').click()
    await Promise.all([stateOf(page, 'stopped'), stateOf(other, 'stopped')])
    const text = await textOf(page)
    expect(await textOf(other)).toBe(text)
    expect(text.split(' ').length).toBeLessThan(100)
    await page.reload()
    await stateOf(page, 'stopped')
    expect(await textOf(page)).toBe(text)
  }, 300_000)

  it('continues behind the last word after the connection drops', async () => {
    const { page, methods } = await open()
    await ask(page, 'drop')
    await words(page, 15)
    await page.locator('#drop').click()
    await stateOf(page, 'connecting')
    await expectWhole(page, 'drop')
    expect(methods).toEqual(['POST', 'GET'])
  }, 300_000)

  it('a run in memory ends with its process', async () => {
    const { page } = await open()
    await ask(page, 'kill')
    await words(page, 15)
    await page.locator('#kill').click()
    await stateOf(page, 'failed')
    expect(await page.locator('#note').innerText()).toContain('no longer has this answer')
    await page.screenshot({ path: join(pictures, 'chat-failed.png') })
    await ask(page, 'again')
    await expectWhole(page, 'again')
  }, 300_000)

  describeRedis('with Redis and two processes', () => {
    let redis: RedisServer
    let balancer: Balancer
    const servers = new Map<number, ChildProcess>()
    // The balancer uses the ports that are listed at the time of a connection.
    const ports: number[] = []

    async function startServer(port: number): Promise<void> {
      const env = { ...process.env, PORT: String(port), REDIS_URL: redis.url, LEASE: '1500' }
      const server = fork(join(root, 'out/llm-chat/server.js'), { env })
      await once(server, 'message')
      servers.set(port, server)
    }
    async function killServer(port: number): Promise<void> {
      const server = servers.get(port)
      servers.delete(port)
      if (server === undefined) return
      server.kill('SIGKILL')
      await once(server, 'exit')
    }

    beforeAll(async () => {
      redis = await RedisServer.start()
      balancer = await Balancer.start(ports)
    }, 300_000)
    afterAll(async () => {
      for (const port of servers.keys()) await killServer(port)
      await balancer.close()
      await redis.close()
    }, 300_000)

    it('serves a run through another process, and fails one whose process is killed', async () => {
      const [first, second] = [await freePort(), await freePort()]
      await Promise.all([startServer(first), startServer(second)])
      ports.splice(0, ports.length, first)
      const { page, methods } = await open(balancer.url)
      await ask(page, 'two processes')
      await words(page, 10)
      // The second process reads what the first one produces.
      ports.splice(0, ports.length, second)
      balancer.cut()
      await words(page, 25)
      // Without it, the run continues through the first one.
      ports.splice(0, ports.length, first)
      await killServer(second)
      await expectWhole(page, 'two processes')
      expect(methods[0]).toBe('POST')
      expect(methods.slice(1)).toEqual(methods.slice(1).map(() => 'GET'))

      await startServer(second)
      await ask(page, 'without a producer')
      await words(page, 10)
      ports.splice(0, ports.length, second)
      await killServer(first)
      await stateOf(page, 'failed')
      expect(await page.locator('#note').innerText()).toContain('the process that produced it')
      expect((await textOf(page)).split(' ').length).toBeGreaterThan(9)
    }, 300_000)
  })

  it('has no error in any page', () => {
    expect(complaints).toEqual([])
  })

  it('compiles strictly', () => {
    expect(compileFolder(join(root, 'examples/llm-chat'))).toBe('')
  }, 300_000)
})

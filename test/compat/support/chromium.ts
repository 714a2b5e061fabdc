import { scratch } from './folders'
import { CannotRun } from './matrix'
import { run, Running } from './processes'

const HINT = 'chromium is not installed: apt-get install chromium'

/** `Chromium 156`, or the reason why it is missing. */
export async function chromiumVersion(): Promise<string> {
  const { stdout } = await run('chromium', ['--version']).catch(() => {
    throw new CannotRun(HINT)
  })
  return stdout.match(/Chromium [\d.]+/)?.[0] ?? 'Chromium'
}

/** Shows a page in a headless Chromium for as long as it takes. */
export async function withPage<T>(url: string, use: () => Promise<T>): Promise<T> {
  await chromiumVersion()
  const profile = scratch('chromium')
  const browser = new Running('chromium', [
    '--headless',
    '--disable-gpu',
    '--no-first-run',
    '--no-proxy-server',
    '--disable-background-networking',
    '--disable-component-update',
    `--user-data-dir=${profile}`,
    // Root may not have the sandbox; the pages are our own.
    ...(process.getuid?.() === 0 ? ['--no-sandbox', '--disable-dev-shm-usage'] : []),
    url,
  ])
  try {
    return await use()
  } finally {
    await browser.stop()
  }
}

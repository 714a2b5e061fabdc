import { execFileSync } from 'node:child_process'
import { chromium, type Browser } from 'playwright-core'
import { whenInstalled } from './requirement'

export const describeChromium = whenInstalled('Chromium', 'chromium', 'apt-get install chromium')

export function launchChromium(...args: string[]): Promise<Browser> {
  const executablePath = execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim()
  return chromium.launch({ executablePath, args: ['--no-sandbox', ...args] })
}

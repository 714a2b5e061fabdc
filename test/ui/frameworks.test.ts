import { describeChromium, launchChromium } from '../support/chromium'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { compile as compileSvelte } from 'svelte/compiler'
import { scratchFolder } from '../support/folder'
import { bundleApp, compileApp, generateCounters, openPage, pageFiles } from './support/pages'
import { counted, openStream, startServer, type UiServer } from './support/server'

/** Shared by the apps: what they reduce to, and what they show. */
const COMMON = `
import type { CountersIdSnapshot } from './channels/event_source_store'
const options = { initial: 0, reduce: (sum: number) => sum + 1, reconnect: { initialDelay: 50 } } as const
const show = ({ status, data, error, gaps }: CountersIdSnapshot<number>): string =>
  [status, data, error?.code].join(' ') + (gaps > 0 ? 'after ' + gaps + ' gap' : '')
`

const VUE = `
import { createApp, h, shallowRef, type App } from 'vue'
import { useCountersId, useLoad } from './channels/event_source_vue'
${COMMON}
const id = shallowRef('')
const Counter = {
  props: ['name'],
  setup(props: { name: string }) {
    const snapshot = useCountersId(() => ({ id: id.value }), options)
    return () => h('p', { id: props.name }, show(snapshot.value))
  },
}
let app: App | undefined
Object.assign(globalThis, {
  show(next: string) {
    id.value = next
    app ??= createApp(() => [h(Counter, { name: 'c0' }), h(Counter, { name: 'c1' })])
    if (app._container === null) app.mount('#root')
  },
  hide: () => app?.unmount(),
  unused: useLoad,
})
`

const SVELTE_COMPONENT = `
<script>
  import { countersIdStore } from './channels/event_source_svelte'
  let { id, options, show } = $props()
  const snapshot = $derived(countersIdStore({ id }, options))
</script>
<p id="c0">{show($snapshot)}</p>
<p id="c1">{show($snapshot)}</p>
`

const SVELTE = `
import { mount, unmount } from 'svelte'
import { countersIdStore, loadStore } from './channels/event_source_svelte'
import Counters from './Counters.js'
${COMMON}
const unsubscribe = countersIdStore({ id: 'unused' }, { enabled: false }).subscribe(() => undefined)
let component: Record<string, unknown> | undefined
Object.assign(globalThis, {
  show(id: string) {
    if (component) void unmount(component)
    component = mount(Counters, { target: document.getElementById('root')!, props: { id, options, show } })
  },
  hide: () => void unmount(component!),
  unused: [loadStore, unsubscribe],
})
`

const RXJS = `
import type { Subscription } from 'rxjs'
import { scan } from 'rxjs'
import { observeCountersId, observeLoad } from './channels/event_source_rxjs'
const root = document.getElementById('root')!
root.innerHTML = '<p id="c0"></p>'
const shown = document.getElementById('c0')!
let subscription: Subscription | undefined
Object.assign(globalThis, {
  show(id: string) {
    subscription?.unsubscribe()
    shown.textContent = 'open 0 '
    subscription = observeCountersId({ id }, { reconnect: { initialDelay: 50 } })
      .pipe(scan((sum) => sum + 1, 0))
      .subscribe({
        next: (sum) => (shown.textContent = 'open ' + sum + ' '),
        error: (error: { code: string }) => (shown.textContent = 'closed 0 ' + error.code),
      })
  },
  hide: () => subscription?.unsubscribe(),
  unused: observeLoad,
})
`

// Without a component: the signals, effects and injection of Angular need no compiler.
const ANGULAR = `
import {
  createEnvironmentInjector,
  effect,
  runInInjectionContext,
  signal,
  ɵChangeDetectionScheduler,
  ɵEffectScheduler,
  ɵINJECTOR_SCOPE,
  type EnvironmentInjector,
} from '@angular/core'
import { injectCountersId, injectLoad } from './channels/event_source_angular'
${COMMON}
interface Effect { run(): void }
const effects = new Set<Effect>()
const scheduler = {
  add: (added: Effect) => scheduler.schedule(added),
  schedule(scheduled: Effect) {
    effects.add(scheduled)
    queueMicrotask(scheduler.flush)
  },
  remove: (removed: Effect) => effects.delete(removed),
  flush() {
    for (const pending of [...effects]) {
      effects.delete(pending)
      pending.run()
    }
  },
}
const root = document.getElementById('root')!
root.innerHTML = '<p id="c0"></p><p id="c1"></p>'
const id = signal('')
// The inputs of a component have no value in its constructor: to read a required one is an error.
let isConstructed = false
function parameters(): { id: string } {
  if (!isConstructed) throw new Error('NG0950: Input is required but no value is available yet')
  return { id: id() }
}
let injector: EnvironmentInjector | undefined
Object.assign(globalThis, {
  show(next: string) {
    id.set(next)
    if (injector !== undefined) return
    injector = createEnvironmentInjector(
      [
        { provide: ɵINJECTOR_SCOPE, useValue: 'root' },
        { provide: ɵEffectScheduler, useValue: scheduler },
        { provide: ɵChangeDetectionScheduler, useValue: { notify: () => undefined } },
      ],
      null as never,
    )
    runInInjectionContext(injector, () => {
      for (const element of root.children) {
        const snapshot = injectCountersId(parameters, options)
        effect(() => {
          element.textContent = show(snapshot())
        })
      }
      isConstructed = true
    })
  },
  hide: () => injector?.destroy(),
  unused: injectLoad,
})
`

/** Changes of a component, and frames of the page. */
interface Counts {
  changes: number
  frames: number
}
declare const counts: Counts
declare const show: (id: string) => void
declare const hide: () => void

describeChromium('in Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  describe.each([
    { ui: 'vue', app: VUE },
    { ui: 'svelte', app: SVELTE },
    { ui: 'angular', app: ANGULAR },
    { ui: 'rxjs', app: RXJS },
  ])('$ui', ({ ui, app }) => {
    let server: UiServer
    let page: Page
    let files: Record<string, string>
    let script = ''
    const problems: string[] = []

    beforeAll(async () => {
      const folder = scratchFolder()
      files = await generateCounters(folder, { ui })
      const { js } = compileSvelte(SVELTE_COMPONENT, {
        generate: 'client',
        filename: 'Counters.svelte',
      })
      writeFileSync(join(folder, 'Counters.js'), js.code)
      script = await bundleApp(folder, app)
    })

    beforeEach(async () => {
      server = await startServer()
      server.files = pageFiles(script)
      page = await openPage(browser, server.url, problems)
    })
    afterEach(async () => {
      await page.close()
      await server.close()
      expect(problems.splice(0)).toEqual([])
    })

    const shows = (text: string): Promise<void> =>
      page.locator('#c0', { hasText: new RegExp(`^${text}$`) }).waitFor()

    it('compiles under the strict flags', () => {
      const declared = {
        'Counters.d.ts': `import type { Component } from 'svelte'\ndeclare const Counters: Component<{ id: string; options: object; show: unknown }>\nexport default Counters\n`,
      }
      expect(compileApp(ui === 'svelte' ? { ...files, ...declared } : files, app)).toEqual([])
    })

    it('shows the events, follows parameters, and closes the connection', async () => {
      await page.evaluate(() => show('a'))
      await server.until(() => server.open.size === 1)
      await shows('open 0 ')
      server.send(counted(1) + counted(2))
      await shows('open 2 ')
      await page.evaluate(() => show('b'))
      await server.until(() => server.requests.length === 2)
      await shows('open 0 ')
      server.send(counted(3), '/counters/b')
      await shows('open 1 ')
      await page.evaluate(() => hide())
      await server.until(() => server.open.size === 0)
      expect(server.requests.map(({ url }) => url)).toEqual(['/counters/a', '/counters/b'])
    })

    it('reconnects after the last event', async () => {
      await page.evaluate(() => show('a'))
      await server.until(() => server.open.size === 1)
      server.send(counted(1))
      await shows('open 1 ')
      for (const { response } of server.open) response.destroy()
      await server.until(() => server.requests.length === 2)
      expect(server.requests[1]?.headers['last-event-id']).toBe('1')
      server.send(counted(2))
      await shows('open 2 ')
    })

    it('shows the error that closes the stream', async () => {
      server.answer = (response) => response.writeHead(403).end()
      await page.evaluate(() => show('a'))
      await shows('closed 0 status')
      expect(server.requests).toHaveLength(1)
    })

    // An Observable emits each event, without a store.
    if (ui === 'rxjs') return

    it('counts the gaps', async () => {
      server.answer = (response) => openStream(response, { 'EventSource-Gap': '1' })
      await page.evaluate(() => show('a'))
      await shows('open 0 after 1 gap')
    })

    it('changes a component at most once a frame, at 10 000 events a second', async () => {
      await page.evaluate(() => show('a'))
      await shows('open 0 ')
      await page.evaluate(() => {
        const counts: Counts = { changes: 0, frames: 0 }
        Object.assign(globalThis, { counts })
        const countFrame = (): void => {
          counts.frames++
          requestAnimationFrame(countFrame)
        }
        countFrame()
        const observer = new MutationObserver(() => counts.changes++)
        const element = document.getElementById('c0')
        if (element)
          observer.observe(element, { childList: true, characterData: true, subtree: true })
      })
      await server.burst()
      await shows('open 20000 ')
      const { changes, frames } = await page.evaluate(() => counts)
      expect(changes).toBeGreaterThan(1)
      expect(changes).toBeLessThanOrEqual(frames + 1)
    })
  })
})

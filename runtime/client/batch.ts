/** Parts of a page's global object. Other platforms lack them. */
interface Page {
  readonly document?: { readonly hidden: boolean }
  requestAnimationFrame?(callback: () => void): number
  cancelAnimationFrame?(handle: number): void
}

/** Maximum wait for a frame, ms: a visible window that is covered, or a hidden page, may draw no frame. */
const MAX_WAIT = 250

const page = globalThis as Page
const pending = new Set<() => void>()
let timer: ReturnType<typeof setTimeout> | undefined
let frame: number | undefined

/**
 * Schedules one call of a function, however often it is passed before that call. All pending functions are called together:
 * at the next frame of a visible page, after 250 ms in a hidden one, in the next turn of the event loop elsewhere.
 *
 * @param callback must not throw
 */
export function batch(callback: () => void): void {
  const isScheduled = pending.size > 0
  pending.add(callback)
  if (isScheduled) return
  if (page.document?.hidden === false) frame = page.requestAnimationFrame?.(flush)
  timer = setTimeout(flush, page.document === undefined ? 0 : MAX_WAIT)
}

function flush(): void {
  clearTimeout(timer)
  // An invalid handle has no effect (HTML, "animation frames").
  page.cancelAnimationFrame?.(frame ?? 0)
  const callbacks = [...pending]
  pending.clear()
  for (const callback of callbacks) callback()
}

/** Tells when nothing has happened for a while. Touching it costs no timer: it looks at the clock when it fires. */
export class IdleTimer {
  #timer: ReturnType<typeof setTimeout> | undefined
  #last = Date.now()
  #paused = false
  #timeout: number
  readonly #onIdle: () => void

  /** @param timeout ms; 0 is off */
  constructor(timeout: number, onIdle: () => void) {
    this.#timeout = timeout
    this.#onIdle = onIdle
    this.#schedule()
  }

  /** Changes the time, counted from the last touch. */
  set timeout(timeout: number) {
    if (timeout === this.#timeout) return
    this.#timeout = timeout
    this.#schedule()
  }

  touch(): void {
    this.#last = Date.now()
  }

  pause(): void {
    this.#paused = true
    clearTimeout(this.#timer)
  }

  resume(): void {
    this.#paused = false
    this.touch()
    this.#schedule()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timeout = 0
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.#timeout === 0 || this.#paused) return
    const rest = this.#last + this.#timeout - Date.now()
    // setTimeout takes 31 bits; what is longer is asked again.
    this.#timer = setTimeout(() => this.#look(), Math.min(Math.max(rest, 0), 0x7fffffff))
  }

  #look(): void {
    if (Date.now() - this.#last >= this.#timeout) this.#onIdle()
    else this.#schedule()
  }
}

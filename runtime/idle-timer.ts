/** Tells when nothing has happened for a while. */
export interface IdleTimer {
  /** Something has happened. It costs no timer: the clock is looked at when the timer fires. */
  touch(): void
  /** Starts anew, with another time, ms; 0 is off. */
  restart(timeout: number): void
}

/** @param timeout ms; 0 is off */
export function createIdleTimer(timeout: number, onIdle: () => void): IdleTimer {
  let timer: ReturnType<typeof setTimeout> | undefined
  let time = timeout
  let last = 0

  const touch = (): void => {
    last = Date.now()
  }

  function wait(): void {
    const rest = last + time - Date.now()
    if (rest <= 0) onIdle()
    // setTimeout takes 31 bits; what is longer is asked again.
    else timer = setTimeout(wait, Math.min(rest, 0x7fffffff))
  }

  function restart(next: number): void {
    clearTimeout(timer)
    time = next
    touch()
    if (time > 0) wait()
  }

  restart(timeout)
  return { touch, restart }
}

/** Told when a phase of a run begins; `isLong` where it is known to take a while. */
export type Progress = (phase: string, isLong?: boolean) => void

/** ms after which a run is worth a word. */
const PATIENCE = 1000

/**
 * Says on one line of a terminal, which it takes away at the end, what a run is at: for documents that take more than a
 * second. Anything that is not a terminal hears nothing.
 */
export function progressOn(terminal: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>): {
  readonly phase: Progress
  readonly done: () => void
} {
  const start = performance.now()
  let shown = false
  const clear = (): void => {
    if (shown) terminal.write('\r\u001b[K')
    shown = false
  }
  return {
    phase: (phase, isLong = false) => {
      clear()
      if (!terminal.isTTY || !(isLong || performance.now() - start > PATIENCE)) return
      terminal.write(`EventSource: ${phase} …`)
      shown = true
    },
    done: clear,
  }
}

export type Phase = 'read' | 'render' | 'format' | 'compare' | 'write'

/** Called when a phase of a run starts, with its text for users. `isLong`: the phase is known to take long. */
export type Progress = (phase: Phase, text: string, isLong?: boolean) => void

/** Delay before progress is shown, in ms. */
const PROGRESS_DELAY_MS = 1000

/**
 * Shows the current phase of a run on one line of a terminal, and clears the line at the end. Runs below one second
 * show nothing. Writes nothing to outputs that are not a terminal.
 */
export function createProgress(terminal: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>): {
  readonly phase: Progress
  readonly done: () => void
} {
  const start = performance.now()
  let isShown = false
  const clear = (): void => {
    if (isShown) terminal.write('\r\u001b[K')
    isShown = false
  }
  return {
    phase: (_phase, text, isLong = false) => {
      clear()
      if (!terminal.isTTY || !(isLong || performance.now() - start > PROGRESS_DELAY_MS)) return
      terminal.write(`EventSource: ${text} …`)
      isShown = true
    },
    done: clear,
  }
}

/** A delay between two attempts that can be canceled. */
export class Pause {
  #resolve: (() => void) | undefined

  /** Resolves after a time, ms, or once it is canceled. One caller at a time. */
  async wait(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#resolve = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#resolve = undefined
  }

  cancel(): void {
    this.#resolve?.()
  }
}

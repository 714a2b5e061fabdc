// What the blocks of code in docs/ take for granted around them in a page.
declare global {
  const controller: AbortController
  function token(): Promise<string>
  function show(message: unknown): void
}

export {}

declare global {
  // The declarations of TypeScript's `esnext.disposable`, which they merge with: the output requires only es2022.
  interface SymbolConstructor {
    readonly dispose: unique symbol
    readonly asyncDispose: unique symbol
  }
  interface Disposable {
    [Symbol.dispose](): void
  }
}

type Method = 'dispose' | 'asyncDispose'

/** Adds to an object the method that `using` or `await using` calls, if the platform supports it. */
export function makeDisposable(target: object, method: Method, dispose: () => unknown): void {
  const symbol: symbol | undefined = Symbol[method]
  if (symbol) Object.defineProperty(target, symbol, { value: dispose })
}

declare global {
  // The same declarations as in TypeScript's `esnext.disposable`, which they merge with: the output asks for es2022 only.
  interface SymbolConstructor {
    readonly dispose: unique symbol
    readonly asyncDispose: unique symbol
  }
  interface Disposable {
    [Symbol.dispose](): void
  }
}

type Method = 'dispose' | 'asyncDispose'

/** Gives an object the method that `using` or `await using` calls, where the platform knows it. */
export function makeDisposable(target: object, method: Method, dispose: () => unknown): void {
  const symbol: symbol | undefined = Symbol[method]
  if (symbol !== undefined) Object.defineProperty(target, symbol, { value: dispose })
}

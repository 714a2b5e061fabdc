/** Reports the result of a page to the server. */
export function report(result: Promise<string>): void {
  const send = (text: string): Promise<Response> => fetch('/result', { method: 'POST', body: text })
  result.then(send, (error: unknown) =>
    send(error instanceof Error ? `${error.message}\n${error.stack}` : String(error)),
  )
}

/**
 * When a client shall come back to a server that shuts down, ms: clients that left together are spread at about one a
 * millisecond, which a process takes easily with TLS, over at most five times `retry`. So few come back as soon as ever.
 * @param clients how many leave
 */
export function comeBack(retry: number, clients: number): number {
  return retry + Math.random() * Math.min(clients, 4 * retry)
}

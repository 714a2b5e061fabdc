/** An id that comes before all that a broker gives. */
export const FIRST_ID = '0-0'

const FORM = /^\d{1,16}-\d{1,16}$/

/** Whether a text has the form of a broker's ids. It comes from clients, so it may be anything. */
export function isEventId(text: string): boolean {
  return FORM.test(text)
}

/** Order of two ids of one broker: negative where `a` was given before `b`. */
export function compareIds(a: string, b: string): number {
  if (a === b) return 0
  const dashA = a.indexOf('-')
  const dashB = b.indexOf('-')
  return (
    Number(a.slice(0, dashA)) - Number(b.slice(0, dashB)) ||
    Number(a.slice(dashA + 1)) - Number(b.slice(dashB + 1))
  )
}

/** The time in an id, ms, where the broker puts it there. */
export function timeOfId(id: string): number {
  return Number(id.slice(0, id.indexOf('-')))
}

/** The number that two digits make; NaN where they are none. */
export function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/**
 * Where the time of day that begins at `at` ends (RFC 3339 §5.6, leap seconds included); -1 where there is none.
 * @param zone whether it must have a time zone
 */
export function timeEnd(text: string, at: number, zone: boolean): number {
  const hour = twoDigits(text, at)
  const minute = twoDigits(text, at + 3)
  const second = twoDigits(text, at + 6)
  // Written so that NaN is refused.
  if (!(hour <= 23 && minute <= 59 && second <= 60)) return -1
  if (text.charCodeAt(at + 2) !== 58 || text.charCodeAt(at + 5) !== 58) return -1
  let end = at + 8
  if (text.charCodeAt(end) === 46) {
    end = digitsEnd(text, end + 1)
    if (end === at + 9) return -1
  }
  let offset = 0
  const sign = text.charCodeAt(end)
  if (sign === 90 || sign === 122) {
    end += 1
  } else if (sign === 43 || sign === 45) {
    const hours = twoDigits(text, end + 1)
    if (!(hours <= 23)) return -1
    end += 3
    let minutes = 0
    if (end < text.length) {
      if (text.charCodeAt(end) === 58) end += 1
      minutes = twoDigits(text, end)
      if (!(minutes <= 59)) return -1
      end += 2
    }
    offset = (sign === 45 ? -1 : 1) * (hours * 60 + minutes)
  } else if (zone) {
    return -1
  }
  return second < 60 || isLeapMinute(hour * 60 + minute - offset) ? end : -1
}

/** Leap seconds are added at midnight UTC. */
function isLeapMinute(minutesUtc: number): boolean {
  const day = 24 * 60
  return (minutesUtc + day) % day === day - 1
}

function digitsEnd(text: string, at: number): number {
  let end = at
  while (text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end += 1
  return end
}

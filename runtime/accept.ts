/**
 * Whether an `Accept` header allows a media type (RFC 9110 §12.5.1): the most specific range decides, weight 0 refuses.
 * No header allows everything.
 */
export function accepts(header: string | undefined, type: string): boolean {
  if (header === undefined || header.trim() === '') return true
  const [main = ''] = type.split('/', 1)
  const ranges = new Map(header.split(',').map(readRange))
  const weight = ranges.get(type) ?? ranges.get(`${main}/*`) ?? ranges.get('*/*') ?? 0
  return weight > 0
}

function readRange(text: string): [range: string, weight: number] {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const q = parameters.find((parameter) => parameter.startsWith('q='))
  return [range, q === undefined ? 1 : Number(q.slice(2))]
}

import { encodeEvent, encodeRetry, type WireFields } from '../../../runtime/server/sse'

describe('An event on the wire', () => {
  it.each<{ given: WireFields; want: string }>([
    { given: { data: '{"a":1}' }, want: 'data: {"a":1}\n\n' },
    { given: { data: '' }, want: 'data: \n\n' },
    { given: { data: ' leading' }, want: 'data:  leading\n\n' },
    { given: { data: 'a\nb' }, want: 'data: a\ndata: b\n\n' },
    { given: { data: 'a\rb' }, want: 'data: a\ndata: b\n\n' },
    { given: { data: 'a\r\nb' }, want: 'data: a\ndata: b\n\n' },
    { given: { data: 'a\n\r\nb\n' }, want: 'data: a\ndata: \ndata: b\ndata: \n\n' },
    {
      given: { data: 'x\n\nevent: evil\n\n' },
      want: 'data: x\ndata: \ndata: event: evil\ndata: \ndata: \n\n',
    },
    { given: { data: 'x', event: 'joined' }, want: 'event: joined\ndata: x\n\n' },
    { given: { data: 'x', event: '' }, want: 'data: x\n\n' },
    { given: { data: 'x', id: '7' }, want: 'id: 7\ndata: x\n\n' },
    { given: { data: 'x', id: '' }, want: 'id: \ndata: x\n\n' },
    { given: { data: 'x', id: 'ü 1' }, want: 'id: ü 1\ndata: x\n\n' },
    {
      given: { data: 'x', event: 'e', id: '7', retry: 0 },
      want: 'retry: 0\nid: 7\nevent: e\ndata: x\n\n',
    },
  ])('is as the standard has it: $want', ({ given, want }) => {
    expect(encodeEvent(given)).toBe(want)
  })

  it.each(['a\nb', 'a\rb', 'a\r\nb', 'a\0b', '\n'])('refuses %j in an id or a name', (value) => {
    expect(() => encodeEvent({ data: '', id: value })).toThrow(/id must be one line without NUL/)
    expect(() => encodeEvent({ data: '', event: value })).toThrow(/event must be one line/)
  })

  it.each([-1, 1.5, NaN, Infinity, '7' as unknown as number])('refuses a retry of %p', (value) => {
    expect(() => encodeRetry(value)).toThrow(/whole number of milliseconds/)
  })
})

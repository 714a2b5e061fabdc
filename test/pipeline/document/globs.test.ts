import { matchesGlob } from '../../../pipeline/document/globs'

test.each([
  { glob: 'rooms/*', text: 'rooms/{roomId}', want: true },
  { glob: 'rooms/*', text: 'rooms/{roomId}/events', want: false },
  { glob: 'rooms/**', text: 'rooms/{roomId}/events', want: true },
  { glob: '/rooms/*', text: 'rooms/a', want: true },
  { glob: 'rooms/*', text: '/rooms/a', want: true },
  { glob: 'rooms/{roomId}', text: 'rooms/{roomId}', want: true },
  { glob: 'rooms/{a,b}', text: 'rooms/a', want: false },
  { glob: 'a.b', text: 'aXb', want: false },
  { glob: 'a?', text: 'ab', want: false },
  { glob: '*', text: 'signup', want: true },
  { glob: '**', text: 'a/b/c', want: true },
  { glob: 'Rooms/*', text: 'rooms/a', want: false },
])('$glob on $text: $want', ({ glob, text, want }) => {
  expect(matchesGlob(glob, text)).toBe(want)
})

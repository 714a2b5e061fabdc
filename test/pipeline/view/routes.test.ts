import { compareRoutes, type Route } from '../../../pipeline/view/routes'
import { Diagnostics } from '../../../pipeline/diagnostics'

function route(name: string, address: string, constants: Route['constants'] = []): Route {
  return { place: `channel "${name}"`, method: 'GET', address, constants }
}

function notesOf(...routes: Route[]): readonly string[] {
  const diagnostics = new Diagnostics()
  compareRoutes(routes, diagnostics)
  return diagnostics.notes.map((note) => note.replace(/[:;].*/, ''))
}

test('channels with one address have one note', () => {
  expect(notesOf(route('a', 'x'), route('b', 'y'), route('c', 'X'), route('d', '/x/'))).toEqual([
    'channel "a", channel "c", and channel "d" have the same address, "x"',
  ])
})

test('channels that the query distinguishes are not in the note of the others', () => {
  const [one, two] = [[{ name: 'k', value: '1' }], [{ name: 'k', value: '2' }]]
  const routes = [route('a', 'x', one), route('b', 'x', two), route('c', 'x', one)]
  expect(notesOf(...routes)).toEqual(['channel "a" and channel "c" have the same address, "x"'])
  expect(notesOf(...routes, route('d', 'x'))).toEqual([
    'channel "a", channel "c", and channel "d" have the same address, "x"',
    'channel "b" and channel "d" have the same address, "x"',
  ])
})

test('a route leaves the methods of others that match its paths', () => {
  const routes = [
    route('a', 'runs/{id}'),
    { ...route('b', 'runs/{run}'), method: 'POST' },
    { ...route('c', 'runs/latest'), method: 'PUT' },
    { ...route('d', 'runs'), method: 'QUERY' },
  ]
  const diagnostics = new Diagnostics()
  expect(compareRoutes(routes, diagnostics).map(({ otherMethods }) => otherMethods)).toEqual([
    ['POST', 'PUT'],
    ['GET', 'PUT'],
    ['GET', 'POST'],
    [],
  ])
  expect(diagnostics.notes).toEqual([])
})

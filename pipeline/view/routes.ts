import { addressParts } from '../../filters/address'
import { pathExpression } from '../../runtime/server/route-expression'
import type { Diagnostics } from '../diagnostics'

/** A route of the server. */
export interface Route {
  /** Name of the route in messages to users, e.g. `channel "rooms"`. */
  readonly place: string
  readonly method: string
  readonly address: string
  /** Query parameters with one value, which distinguish channels with the same address. */
  readonly constants: readonly QueryConstant[]
}

export interface QueryConstant {
  readonly name: string
  readonly value: string
}

/** Requests that a route must leave to other routes. */
export interface RoutePrecedence {
  /** Addresses of more specific routes that this route matches too. */
  readonly moreSpecific: readonly string[]
  /** Whether query constants select one of several channels with this address. */
  readonly isSelectedByQuery: boolean
  /** Methods of other routes that match the same paths. */
  readonly otherMethods: readonly string[]
}

/** Finds routes that match the same request, and reports routes that are indistinguishable. */
export function compareRoutes(
  routes: readonly Route[],
  diagnostics: Diagnostics,
): RoutePrecedence[] {
  const reported: Set<Route>[] = []
  return routes.map((route, index) => {
    const moreSpecific: string[] = []
    const otherMethods = new Set<string>()
    const indistinct = [route]
    let isSelectedByQuery = false
    routes.forEach((other, position) => {
      if (index === position) return
      const relation = relate(route.address, other.address)
      if (relation === 'apart') return
      if (route.method !== other.method) {
        otherMethods.add(other.method)
        return
      }
      const [hasOwn, hasOthers] = [route.constants.length > 0, other.constants.length > 0]
      if (relation !== 'broader') isSelectedByQuery ||= hasOwn && hasOthers
      if (relation === 'broader') moreSpecific.push(other.address)
      if (position < index || relation === 'broader' || relation === 'narrower') return
      if (areDistinct(route.constants, other.constants)) return
      if (relation === 'same') indistinct.push(other)
      else {
        diagnostics.note(
          `${route.place} and ${other.place} match the same paths ("${route.address}", "${other.address}"): the first registered channel serves these paths`,
        )
      }
    })
    const isReported = reported.some((group) => indistinct.every((each) => group.has(each)))
    if (indistinct.length > 1 && !isReported) {
      reported.push(new Set(indistinct))
      reportOneAddress(indistinct, route.address, diagnostics)
    }
    return { moreSpecific, isSelectedByQuery, otherMethods: [...otherMethods] }
  })
}

function reportOneAddress(
  routes: readonly Route[],
  address: string,
  diagnostics: Diagnostics,
): void {
  const places = new Intl.ListFormat('en').format(routes.map(({ place }) => place))
  diagnostics.note(
    `${places} have the same address, "${address}"; the server serves only the channel that is registered first. Give each channel a query parameter with a different constant ("bindings.http.query")`,
  )
}

function areDistinct(a: readonly QueryConstant[], b: readonly QueryConstant[]): boolean {
  return a.some(({ name, value }) =>
    b.some((other) => other.name === name && other.value !== value),
  )
}

type Relation = 'apart' | 'same' | 'broader' | 'narrower' | 'overlapping'

/** Compares the sets of paths that two addresses match. */
function relate(a: string, b: string): Relation {
  const [left, right] = [segmentsOf(a), segmentsOf(b)]
  if (left.length !== right.length) return 'apart'
  let [isBroader, isNarrower] = [true, true]
  for (const [index, segment] of left.entries()) {
    const relation = relateSegments(segment, right[index] ?? '')
    if (relation === 'apart') return 'apart'
    isBroader &&= relation === 'same' || relation === 'broader'
    isNarrower &&= relation === 'same' || relation === 'narrower'
  }
  if (isBroader && isNarrower) return 'same'
  return isBroader ? 'broader' : isNarrower ? 'narrower' : 'overlapping'
}

function relateSegments(a: string, b: string): Relation {
  const [isOpenA, isOpenB] = [isParameter(a), isParameter(b)]
  if (isOpenA && isOpenB) return 'same'
  if (isOpenA) return 'broader'
  if (isOpenB) return 'narrower'
  const [hasA, hasB] = [a.includes('{'), b.includes('{')]
  if (!hasA && !hasB) return a.toLowerCase() === b.toLowerCase() ? 'same' : 'apart'
  if (hasA && !hasB) return pathExpression(a).test(`/${b}`) ? 'broader' : 'apart'
  if (hasB && !hasA) return pathExpression(b).test(`/${a}`) ? 'narrower' : 'apart'
  return withoutNames(a) === withoutNames(b) ? 'same' : 'overlapping'
}

function isParameter(segment: string): boolean {
  const parts = addressParts(segment)
  return parts.length === 1 && parts.every((part) => 'parameter' in part)
}

function withoutNames(segment: string): string {
  return segment.replaceAll(/\{[^{}]*\}/g, '{}').toLowerCase()
}

function segmentsOf(address: string): string[] {
  return address.replaceAll(/^\/+|\/+$/g, '').split('/')
}

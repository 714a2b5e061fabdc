import type { SecurityScheme } from '../../../../runtime/core/channel'
import type { Model, ValidationResult } from '../../../../runtime/core/model'
import { ParameterError, type ParametersModel } from '../../../../runtime/core/parameters'
import type { ServerChannel } from '../../../../runtime/server/types'

// Channels as generated code describes them, written by hand: the server is tested where it lies.

const VALID: ValidationResult = { valid: true }

export interface UserInterface {
  user: string
}

function validateUser(value: unknown): ValidationResult {
  const { user } = value as Partial<UserInterface>
  if (typeof user === 'string') return VALID
  return {
    valid: false,
    errors: [{ pointer: '/user', expected: 'a string', found: JSON.stringify(user) ?? 'nothing' }],
  }
}

/** Counts the calls of the models: a message is serialized once. */
export const marshalled = { count: 0 }

abstract class UserMessage implements UserInterface {
  user: string
  constructor({ user }: UserInterface) {
    this.user = user
  }
  static marshal(message: UserInterface): string {
    marshalled.count++
    return JSON.stringify(message)
  }
  static validate(value: unknown): ValidationResult {
    return validateUser(value)
  }
}

export class Joined extends UserMessage {
  static unmarshal(text: string): Joined {
    return new Joined(JSON.parse(text) as UserInterface)
  }
}

export class Left extends UserMessage {
  static unmarshal(text: string): Left {
    return new Left(JSON.parse(text) as UserInterface)
  }
}

/** Any JSON. */
const anything: Model<unknown> = {
  marshal: (message) => JSON.stringify(message),
  unmarshal: (text) => JSON.parse(text) as unknown,
  validate: () => VALID,
}

/** Raw text, as of a message with `contentType: text/plain`. */
const text: Model<string> = {
  marshal: (message) => message,
  unmarshal: (given) => given,
  validate: () => VALID,
}

/** Parameters that are strings; `allowed` lists values of those that have an enum. */
export function parametersOf<N extends string>(
  names: readonly N[],
  allowed: Partial<Record<N, readonly string[]>> = {},
): ParametersModel<Record<N, string>> {
  const check = (given: Readonly<Record<string, string>>): Record<N, string> => {
    for (const name of names) {
      const value = given[name]
      const values = allowed[name]
      if (value === undefined) throw new ParameterError(name, `parameter "${name}" is missing`)
      if (values !== undefined && !values.includes(value)) {
        throw new ParameterError(name, `parameter "${name}" is not one of ${values.join(', ')}`)
      }
    }
    return given as Record<N, string>
  }
  return { parse: check, check, format: (parameters) => parameters }
}

export interface UserEvents {
  joined: Joined | UserInterface
  left: Left | UserInterface
}

export type Rooms = ServerChannel<UserEvents, Joined | Left, { roomId: string }>

/** Two messages, one parameter. */
export const rooms: Rooms = {
  validate: true,
  name: 'RoomsRoomIdEvents',
  address: '/rooms/{roomId}/events',
  parameters: parametersOf(['roomId']),
  events: [
    { type: 'joined', model: Joined },
    { type: 'left', model: Left },
  ],
  sendsEventName: true,
}

export type Signups = ServerChannel<
  { joined: Joined | UserInterface },
  Joined | UserInterface,
  null
>

/** One message, no parameter, no event name on the wire. */
export const signups: Signups = {
  validate: true,
  name: 'UserSignedup',
  address: 'user/signedup',
  parameters: null,
  events: [{ type: 'joined', model: Joined }],
  sendsEventName: false,
}

export const lines: ServerChannel<{ line: string }, string, null> = {
  validate: true,
  name: 'Lines',
  address: 'lines',
  parameters: null,
  events: [{ type: 'line', model: text }],
  sendsEventName: false,
}

/** A channel of any address, whose parameters are strings. */
export function channelAt<N extends string>(
  address: string,
  parameters: ParametersModel<Record<N, string>> | null = null,
): ServerChannel<{ any: unknown }, unknown, Record<N, string> | null> {
  return {
    validate: true,
    name: 'Any',
    address,
    parameters,
    events: [{ type: 'any', model: anything }],
    sendsEventName: false,
  }
}

/** The same channel with security schemes. */
export function secured<T extends object>(
  channel: T,
  schemes: Readonly<Record<string, SecurityScheme>>,
): T {
  return { ...channel, schemes, security: Object.keys(schemes).map((id) => [id]) }
}

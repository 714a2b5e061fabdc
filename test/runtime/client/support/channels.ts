import {
  checkPayload,
  expandAddress,
  recognizeEvent,
  requestWithBody,
  type ClientChannel,
} from '../../../../runtime/fetch-client'
import { anyJson, type Model, type ValidationResult } from '../../../../runtime/core/model'
import { ParameterError, type ParametersModel } from '../../../../runtime/core/parameters'

/** A model in the shape of the generated ones: JSON, and a check that names what is wrong. */
export function jsonModel<T>(check: (value: unknown) => string | undefined): Model<T> {
  return {
    marshal: (message) => JSON.stringify(message),
    unmarshal: (text) => JSON.parse(text) as T,
    validate: (value): ValidationResult => {
      const expected = check(value)
      if (expected === undefined) return { valid: true }
      return { valid: false, errors: [{ pointer: '', expected, found: JSON.stringify(value) }] }
    },
  }
}

export interface Tick {
  n: number
}

export const Tick = jsonModel<Tick | null>((value) =>
  value === null || typeof (value as Tick).n === 'number' ? undefined : 'a tick',
)

/** A channel with one message, whose events have no name on the wire. */
export const ticks: ClientChannel<{ tick: Tick | null }, null> = {
  name: 'Ticks',
  address: '/ticks',
  events: [{ type: 'tick', model: Tick }],
  check: checkPayload,
  validate: true,
}

/** The same channel as a request with a body of any JSON. */
export const requestedTicks: typeof ticks = {
  ...ticks,
  method: 'POST',
  createRequest: requestWithBody({
    model: anyJson,
    contentType: 'application/json',
    isRequired: true,
  }),
}

/** A channel whose payloads are the data as they are. */
export const texts: ClientChannel<{ text: string }, null> = {
  name: 'Texts',
  address: 'texts',
  events: [
    {
      type: 'text',
      model: { marshal: String, unmarshal: (text) => text, validate: () => ({ valid: true }) },
    },
  ],
}

export interface Joined {
  user: string
}
export interface Left {
  user: string
  reason: string
}

export interface RoomEvents {
  joined: Joined
  left: Left
  error: { code: number }
}

export interface RoomParameters {
  roomId: string
}

const roomParameters: ParametersModel<RoomParameters> = {
  parse: ({ roomId = '' }) => ({ roomId }),
  check: (input) => {
    if (typeof input.roomId !== 'string') {
      throw new ParameterError('roomId', 'parameter "roomId" is missing')
    }
    return input
  },
  format: ({ roomId }) => ({ roomId }),
}

const has = (value: unknown, ...names: string[]): boolean =>
  typeof value === 'object' && value !== null && names.every((name) => name in value)

/** A channel with parameters and several messages, one of which is called like an event of EventSource. */
export const rooms: ClientChannel<RoomEvents, RoomParameters> = {
  name: 'Rooms',
  address: 'rooms/{roomId}/events',
  parameters: roomParameters,
  expandAddress: expandAddress,
  recognize: recognizeEvent,
  check: checkPayload,
  validate: true,
  events: [
    {
      type: 'left',
      model: jsonModel<Left>((value) => (has(value, 'user', 'reason') ? undefined : 'a leaving')),
    },
    {
      type: 'joined',
      model: jsonModel<Joined>((value) => (has(value, 'user') ? undefined : 'a joining')),
    },
    {
      type: 'error',
      model: jsonModel<{ code: number }>((value) => (has(value, 'code') ? undefined : 'an error')),
    },
  ],
}

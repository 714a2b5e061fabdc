import { expandAddress, type ClientChannel } from '../../../../../../runtime/fetch-client'
import type { ServerChannel } from '../../../../../../runtime/server/types'

export interface Note {
  /** Label of the server process that published the note; each start has its own. */
  readonly by: string
  /** Number of the note among those of this process in the room, from 0. */
  readonly n: number
}

export interface Room {
  roomId: string
}

export const ROOMS = ['1', '2', '3'] as const

/** What is generated for a channel `rooms/{roomId}` with one message, both halves. */
export const notes: ClientChannel<{ note: Note }, Room> &
  ServerChannel<{ note: Note }, Note, Room> = {
  name: 'Rooms',
  address: 'rooms/{roomId}',
  expandAddress: expandAddress,
  parameters: {
    parse: ({ roomId = '' }) => ({ roomId }),
    check: (input) => input,
    format: ({ roomId }) => ({ roomId }),
  },
  sendsEventName: false,
  events: [
    {
      type: 'note',
      model: {
        marshal: (note: Note) => JSON.stringify(note),
        unmarshal: (text) => JSON.parse(text) as Note,
        validate: () => ({ valid: true }),
      },
    },
  ],
  query: null,
  server: null,
  validate: true,
}

/** A server process → the test: an acknowledged event. */
export interface Acknowledged {
  readonly room: string
  readonly id: string
  readonly note: Note
}

/** A client process → the test. */
export type Received =
  (Acknowledged & { gap?: never }) | { readonly room: string; readonly gap: true }

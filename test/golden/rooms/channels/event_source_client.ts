import {
  askCredentials,
  checkPayload,
  fillAddress,
  listen,
  recogniseEvent,
  serverUrl,
  stream,
  type ClientChannel,
  type ClientOptions,
  type EventStream,
  type Listener,
  type Provided,
  type StreamEvent,
  type Subscription,
} from "../runtime/fetch-client";
import { noPayload } from "../runtime/no-payload";
import { Joined, Left, Said, Notice, Counted } from "../payloads/index";
import {
  RoomsRoomIdEventsParameters,
  type RoomsRoomIdEventsParametersInput,
  RoomsRoomIdEventsQuery,
  type RoomsRoomIdEventsQueryInput,
  NoticesLevelParameters,
  type NoticesLevelParametersInput,
} from "../parameters/index";

/** Payloads of the events of `rooms/{roomId}/events`, by event name. */
export interface RoomsRoomIdEventsEvents {
  /** Somebody came in. */
  joined: Joined;
  /** Somebody went. */
  left: Left;
  /** Somebody said something. */
  said: Said;
}

/** Options of the client of `rooms/{roomId}/events`. */
export interface RoomsRoomIdEventsClientOptions extends ClientOptions {
  /** Query parameters. */
  query?: RoomsRoomIdEventsQueryInput;
  /** What the API asks for; asked anew for each attempt. */
  auth?:
    | {
        /** The token of your session. */
        token: Provided<string>;
      }
    | {
        /** The key of your bot. */
        key: Provided<string>;
      };
  /** Variables of the server's URL. */
  variables?: {
    /** Where the rooms live. */
    region?: "eu" | "us";
  };
}

const roomsRoomIdEventsChannel: ClientChannel<
  RoomsRoomIdEventsEvents,
  RoomsRoomIdEventsParameters
> = {
  name: "RoomsRoomIdEvents",
  address: "rooms/{roomId}/events",
  events: [
    { type: "joined", model: Joined },
    { type: "left", model: Left },
    { type: "said", model: Said },
  ],
  parameters: RoomsRoomIdEventsParameters,
  fill: fillAddress,
  recognise: recogniseEvent,
  query: RoomsRoomIdEventsQuery,
  server: (variables) =>
    serverUrl(
      "https://{region}.chat.example.com/v1",
      {
        region: { default: "eu", values: ["eu", "us"] },
      },
      variables,
    ),
  authenticate: (auth) =>
    askCredentials(
      {
        token: { type: "bearer" } as const,
        key: { type: "apiKey", in: "header", name: "X-Api-Key" } as const,
      },
      auth,
    ),
  check: checkPayload,
  validate: true,
};

/**
 * Listens to `rooms/{roomId}/events`.
 *
 * Events of a room
 *
 * Who comes, who goes, and what they say.
 */
export function listenForRoomsRoomIdEvents(
  callback: Listener<RoomsRoomIdEventsEvents, RoomsRoomIdEventsParameters>,
  parameters: RoomsRoomIdEventsParametersInput,
  options: RoomsRoomIdEventsClientOptions = {},
): Subscription {
  return listen(roomsRoomIdEventsChannel, callback, parameters, options);
}

/**
 * The events of `rooms/{roomId}/events` as an async iterator.
 *
 * Events of a room
 *
 * Who comes, who goes, and what they say.
 */
export function streamRoomsRoomIdEvents(
  parameters: RoomsRoomIdEventsParametersInput,
  options: RoomsRoomIdEventsClientOptions = {},
): EventStream<
  StreamEvent<RoomsRoomIdEventsEvents, RoomsRoomIdEventsParameters>
> {
  return stream(roomsRoomIdEventsChannel, parameters, options);
}

/** Payloads of the events of `notices/{level}`, by event name. */
export interface NoticesLevelEvents {
  notice: Notice;
}

/** Options of the client of `notices/{level}`. */
export interface NoticesLevelClientOptions extends ClientOptions {
  /** What the API asks for; asked anew for each attempt. */
  auth?:
    | {
        /** The token of your session. */
        token: Provided<string>;
      }
    | {
        /** The key of your bot. */
        key: Provided<string>;
      };
  /** Variables of the server's URL. */
  variables?: {
    /** Where the rooms live. */
    region?: "eu" | "us";
  };
}

const noticesLevelChannel: ClientChannel<
  NoticesLevelEvents,
  NoticesLevelParameters
> = {
  name: "NoticesLevel",
  address: "notices/{level}",
  events: [{ type: "notice", model: Notice }],
  parameters: NoticesLevelParameters,
  fill: fillAddress,
  server: (variables) =>
    serverUrl(
      "https://{region}.chat.example.com/v1",
      {
        region: { default: "eu", values: ["eu", "us"] },
      },
      variables,
    ),
  authenticate: (auth) =>
    askCredentials(
      {
        token: { type: "bearer" } as const,
        key: { type: "apiKey", in: "header", name: "X-Api-Key" } as const,
      },
      auth,
    ),
  check: checkPayload,
  validate: true,
};

/**
 * Listens to `notices/{level}`.
 *
 * One line of text each, for people.
 */
export function listenForNoticesLevel(
  callback: Listener<NoticesLevelEvents, NoticesLevelParameters>,
  parameters: NoticesLevelParametersInput,
  options: NoticesLevelClientOptions = {},
): Subscription {
  return listen(noticesLevelChannel, callback, parameters, options);
}

/**
 * The events of `notices/{level}` as an async iterator.
 *
 * One line of text each, for people.
 */
export function streamNoticesLevel(
  parameters: NoticesLevelParametersInput,
  options: NoticesLevelClientOptions = {},
): EventStream<StreamEvent<NoticesLevelEvents, NoticesLevelParameters>> {
  return stream(noticesLevelChannel, parameters, options);
}

/** Payloads of the events of `mail`, by event name. */
export interface MailEvents {
  counted: Counted;
}

/** Options of the client of `mail`. */
export interface MailClientOptions extends ClientOptions {
  /** What the API asks for; asked anew for each attempt. */
  auth?:
    | {
        /** The token of your session. */
        token: Provided<string>;
      }
    | {
        /** The key of your bot. */
        key: Provided<string>;
      };
  /** Variables of the server's URL. */
  variables?: {
    /** Where the rooms live. */
    region?: "eu" | "us";
  };
}

const mailChannel: ClientChannel<MailEvents, null> = {
  name: "Mail",
  address: "mail",
  events: [{ type: "counted", model: Counted }],
  server: (variables) =>
    serverUrl(
      "https://{region}.chat.example.com/v1",
      {
        region: { default: "eu", values: ["eu", "us"] },
      },
      variables,
    ),
  authenticate: (auth) =>
    askCredentials(
      {
        token: { type: "bearer" } as const,
        key: { type: "apiKey", in: "header", name: "X-Api-Key" } as const,
      },
      auth,
    ),
  check: checkPayload,
  validate: true,
};

/** Listens to `mail`. */
export function listenForMail(
  callback: Listener<MailEvents, null>,
  options: MailClientOptions = {},
): Subscription {
  return listen(mailChannel, callback, null, options);
}

/** The events of `mail` as an async iterator. */
export function streamMail(
  options: MailClientOptions = {},
): EventStream<StreamEvent<MailEvents, null>> {
  return stream(mailChannel, null, options);
}

/** Payloads of the events of `pulse`, by event name. */
export interface PulseEvents {
  /** Says nothing but that it is there. */
  pulse: null;
}

/** Options of the client of `pulse`. */
export interface PulseClientOptions extends ClientOptions {
  /** What the API asks for; asked anew for each attempt. */
  auth?:
    | {
        /** The token of your session. */
        token: Provided<string>;
      }
    | {
        /** The key of your bot. */
        key: Provided<string>;
      };
  /** Variables of the server's URL. */
  variables?: {
    /** Where the rooms live. */
    region?: "eu" | "us";
  };
}

const pulseChannel: ClientChannel<PulseEvents, null> = {
  name: "Pulse",
  address: "pulse",
  events: [{ type: "pulse", model: noPayload }],
  server: (variables) =>
    serverUrl(
      "https://{region}.chat.example.com/v1",
      {
        region: { default: "eu", values: ["eu", "us"] },
      },
      variables,
    ),
  authenticate: (auth) =>
    askCredentials(
      {
        token: { type: "bearer" } as const,
        key: { type: "apiKey", in: "header", name: "X-Api-Key" } as const,
      },
      auth,
    ),
  check: checkPayload,
  validate: true,
};

/** Listens to `pulse`. */
export function listenForPulse(
  callback: Listener<PulseEvents, null>,
  options: PulseClientOptions = {},
): Subscription {
  return listen(pulseChannel, callback, null, options);
}

/** The events of `pulse` as an async iterator. */
export function streamPulse(
  options: PulseClientOptions = {},
): EventStream<StreamEvent<PulseEvents, null>> {
  return stream(pulseChannel, null, options);
}

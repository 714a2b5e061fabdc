import type { Router } from "express";
import {
  createHub,
  registerSend,
  type Hub,
  type HubOptions,
  type SendCallback,
  type ServerChannel,
  type ServerOptions,
} from "../runtime/express";
import { noPayload } from "../runtime/no-payload";
import {
  Joined,
  Left,
  Said,
  Notice,
  Counted,
  type JoinedInterface,
  type LeftInterface,
  type SaidInterface,
} from "../payloads/index";
import {
  RoomsRoomIdEventsParameters,
  NoticesLevelParameters,
} from "../parameters/index";

/** What may be sent on `rooms/{roomId}/events`, by event name. */
export interface RoomsRoomIdEventsSendEvents {
  /** Somebody came in. */
  joined: Joined | JoinedInterface;
  /** Somebody went. */
  left: Left | LeftInterface;
  /** Somebody said something. */
  said: Said | SaidInterface;
}

/** What may be sent on `rooms/{roomId}/events` without naming the event. */
export type RoomsRoomIdEventsContent = Joined | Left | Said;

/** What a client of `rooms/{roomId}/events` presents, by security scheme; not verified. */
export interface RoomsRoomIdEventsCredentials {
  /** The token of your session. */
  readonly token?: string;
  /** The key of your bot. */
  readonly key?: string;
}

/** The channel `rooms/{roomId}/events` as the server serves it; the functions of runtime/node take it too. */
export const roomsRoomIdEventsChannel: ServerChannel<
  RoomsRoomIdEventsSendEvents,
  RoomsRoomIdEventsContent,
  RoomsRoomIdEventsParameters,
  RoomsRoomIdEventsCredentials
> = {
  name: "RoomsRoomIdEvents",
  address: "rooms/{roomId}/events",
  events: [
    { type: "joined", model: Joined },
    { type: "left", model: Left },
    { type: "said", model: Said },
  ],
  parameters: RoomsRoomIdEventsParameters,
  named: true,
  security: [["token"], ["key"]],
  schemes: {
    token: { type: "bearer" } as const,
    key: { type: "apiKey", in: "header", name: "X-Api-Key" } as const,
  },
  route: /^\/rooms\/([^\/]+?)\/events\/?$/i,
  validate: true,
};

/**
 * Serves `rooms/{roomId}/events`: the callback gets `sendEvent` for each client that connects.
 *
 * Events of a room
 *
 * Who comes, who goes, and what they say.
 */
export function registerSendRoomsRoomIdEvents(
  router: Router,
  callback: SendCallback<
    RoomsRoomIdEventsSendEvents,
    RoomsRoomIdEventsContent,
    RoomsRoomIdEventsParameters
  >,
  options: ServerOptions<
    RoomsRoomIdEventsParameters,
    RoomsRoomIdEventsCredentials
  > = {},
): void {
  registerSend(roomsRoomIdEventsChannel, router, callback, options);
}

/**
 * Broadcasts on `rooms/{roomId}/events`: what is published goes to every client of the address, and to those who come back.
 *
 * Events of a room
 *
 * Who comes, who goes, and what they say.
 */
export function createRoomsRoomIdEventsHub(
  options: HubOptions<
    RoomsRoomIdEventsParameters,
    RoomsRoomIdEventsCredentials
  > = {},
): Hub<
  RoomsRoomIdEventsSendEvents,
  RoomsRoomIdEventsContent,
  RoomsRoomIdEventsParameters
> {
  return createHub(roomsRoomIdEventsChannel, options);
}

/** What may be sent on `notices/{level}`, by event name. */
export interface NoticesLevelSendEvents {
  notice: Notice;
}

/** What may be sent on `notices/{level}` without naming the event. */
export type NoticesLevelContent = Notice;

/** What a client of `notices/{level}` presents, by security scheme; not verified. */
export interface NoticesLevelCredentials {
  /** The token of your session. */
  readonly token?: string;
  /** The key of your bot. */
  readonly key?: string;
}

/** The channel `notices/{level}` as the server serves it; the functions of runtime/node take it too. */
export const noticesLevelChannel: ServerChannel<
  NoticesLevelSendEvents,
  NoticesLevelContent,
  NoticesLevelParameters,
  NoticesLevelCredentials
> = {
  name: "NoticesLevel",
  address: "notices/{level}",
  events: [{ type: "notice", model: Notice }],
  parameters: NoticesLevelParameters,
  named: false,
  security: [["token"], ["key"]],
  schemes: {
    token: { type: "bearer" } as const,
    key: { type: "apiKey", in: "header", name: "X-Api-Key" } as const,
  },
  route: /^\/notices\/([^\/]+?)\/?$/i,
  validate: true,
};

/**
 * Serves `notices/{level}`: the callback gets `sendEvent` for each client that connects.
 *
 * One line of text each, for people.
 */
export function registerSendNoticesLevel(
  router: Router,
  callback: SendCallback<
    NoticesLevelSendEvents,
    NoticesLevelContent,
    NoticesLevelParameters
  >,
  options: ServerOptions<NoticesLevelParameters, NoticesLevelCredentials> = {},
): void {
  registerSend(noticesLevelChannel, router, callback, options);
}

/**
 * Broadcasts on `notices/{level}`: what is published goes to every client of the address, and to those who come back.
 *
 * One line of text each, for people.
 */
export function createNoticesLevelHub(
  options: HubOptions<NoticesLevelParameters, NoticesLevelCredentials> = {},
): Hub<NoticesLevelSendEvents, NoticesLevelContent, NoticesLevelParameters> {
  return createHub(noticesLevelChannel, options);
}

/** What may be sent on `mail`, by event name. */
export interface MailSendEvents {
  counted: Counted;
}

/** What may be sent on `mail` without naming the event. */
export type MailContent = Counted;

/** What a client of `mail` presents, by security scheme; not verified. */
export interface MailCredentials {
  /** The token of your session. */
  readonly token?: string;
  /** The key of your bot. */
  readonly key?: string;
}

/** The channel `mail` as the server serves it; the functions of runtime/node take it too. */
export const mailChannel: ServerChannel<
  MailSendEvents,
  MailContent,
  null,
  MailCredentials
> = {
  name: "Mail",
  address: "mail",
  events: [{ type: "counted", model: Counted }],
  parameters: null,
  named: false,
  security: [["token"], ["key"]],
  schemes: {
    token: { type: "bearer" } as const,
    key: { type: "apiKey", in: "header", name: "X-Api-Key" } as const,
  },
  route: /^\/mail\/?$/i,
  validate: true,
};

/** Serves `mail`: the callback gets `sendEvent` for each client that connects. */
export function registerSendMail(
  router: Router,
  callback: SendCallback<MailSendEvents, MailContent, null>,
  options: ServerOptions<null, MailCredentials> = {},
): void {
  registerSend(mailChannel, router, callback, options);
}

/** Broadcasts on `mail`: what is published goes to every client of the address, and to those who come back. */
export function createMailHub(
  options: HubOptions<null, MailCredentials> = {},
): Hub<MailSendEvents, MailContent, null> {
  return createHub(mailChannel, options);
}

/** What may be sent on `pulse`, by event name. */
export interface PulseSendEvents {
  /** Says nothing but that it is there. */
  pulse: null;
}

/** What may be sent on `pulse` without naming the event. */
export type PulseContent = null;

/** What a client of `pulse` presents, by security scheme; not verified. */
export interface PulseCredentials {
  /** The token of your session. */
  readonly token?: string;
  /** The key of your bot. */
  readonly key?: string;
}

/** The channel `pulse` as the server serves it; the functions of runtime/node take it too. */
export const pulseChannel: ServerChannel<
  PulseSendEvents,
  PulseContent,
  null,
  PulseCredentials
> = {
  name: "Pulse",
  address: "pulse",
  events: [{ type: "pulse", model: noPayload }],
  parameters: null,
  named: false,
  security: [["token"], ["key"]],
  schemes: {
    token: { type: "bearer" } as const,
    key: { type: "apiKey", in: "header", name: "X-Api-Key" } as const,
  },
  route: /^\/pulse\/?$/i,
  validate: true,
};

/** Serves `pulse`: the callback gets `sendEvent` for each client that connects. */
export function registerSendPulse(
  router: Router,
  callback: SendCallback<PulseSendEvents, PulseContent, null>,
  options: ServerOptions<null, PulseCredentials> = {},
): void {
  registerSend(pulseChannel, router, callback, options);
}

/** Broadcasts on `pulse`: what is published goes to every client of the address, and to those who come back. */
export function createPulseHub(
  options: HubOptions<null, PulseCredentials> = {},
): Hub<PulseSendEvents, PulseContent, null> {
  return createHub(pulseChannel, options);
}

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
import { UserSignedup, type UserSignedupInterface } from "../payloads/index";

/** What may be sent on `user/signedup`, by event name. */
export interface UserSignedupSendEvents {
  userSignedup: UserSignedup | UserSignedupInterface;
}

/** What may be sent on `user/signedup` without naming the event. */
export type UserSignedupContent = UserSignedup | UserSignedupInterface;

/** The channel `user/signedup` as the server serves it; the functions of runtime/node take it too. */
export const userSignedupChannel: ServerChannel<
  UserSignedupSendEvents,
  UserSignedupContent,
  null
> = {
  name: "UserSignedup",
  address: "user/signedup",
  events: [{ type: "userSignedup", model: UserSignedup }],
  parameters: null,
  named: false,
  route: /^\/user\/signedup\/?$/i,
  validate: true,
};

/** Serves `user/signedup`: the callback gets `sendEvent` for each client that connects. */
export function registerSendUserSignedup(
  router: Router,
  callback: SendCallback<UserSignedupSendEvents, UserSignedupContent, null>,
  options: ServerOptions<null> = {},
): void {
  registerSend(userSignedupChannel, router, callback, options);
}

/** Broadcasts on `user/signedup`: what is published goes to every client of the address, and to those who come back. */
export function createUserSignedupHub(
  options: HubOptions<null> = {},
): Hub<UserSignedupSendEvents, UserSignedupContent, null> {
  return createHub(userSignedupChannel, options);
}

import {
  checkPayload,
  listen,
  stream,
  type ClientChannel,
  type ClientOptions,
  type EventStream,
  type Listener,
  type StreamEvent,
  type Subscription,
} from "../runtime/fetch-client";
import { UserSignedup } from "../payloads/index";

/** Payloads of the events of `user/signedup`, by event name. */
export interface UserSignedupEvents {
  userSignedup: UserSignedup;
}

/** Options of the client of `user/signedup`. */
export interface UserSignedupClientOptions extends ClientOptions {}

const userSignedupChannel: ClientChannel<UserSignedupEvents, null> = {
  name: "UserSignedup",
  address: "user/signedup",
  events: [{ type: "userSignedup", model: UserSignedup }],
  check: checkPayload,
  validate: true,
};

/** Listens to `user/signedup`. */
export function listenForUserSignedup(
  callback: Listener<UserSignedupEvents, null>,
  options: UserSignedupClientOptions = {},
): Subscription {
  return listen(userSignedupChannel, callback, null, options);
}

/** The events of `user/signedup` as an async iterator. */
export function streamUserSignedup(
  options: UserSignedupClientOptions = {},
): EventStream<StreamEvent<UserSignedupEvents, null>> {
  return stream(userSignedupChannel, null, options);
}

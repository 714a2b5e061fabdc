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
import { Price, Heartbeat, type PriceInterface } from "../payloads/index";
import { MarketsMarketIdResourceParameters } from "../parameters/index";

/** What may be sent on `/markets/{marketId}/{resource}`, by event name. */
export interface MarketsMarketIdResourceSendEvents {
  /** A price changed. */
  price: Price | PriceInterface;
  /** Its purpose is to keep the connection alive. */
  heartbeat: Heartbeat;
}

/** What may be sent on `/markets/{marketId}/{resource}` without naming the event. */
export type MarketsMarketIdResourceContent = Price;

/** What a client of `/markets/{marketId}/{resource}` presents, by security scheme; not verified. */
export interface MarketsMarketIdResourceCredentials {
  readonly token?: string;
}

/** The channel `/markets/{marketId}/{resource}` as the server serves it; the functions of runtime/node take it too. */
export const marketsMarketIdResourceChannel: ServerChannel<
  MarketsMarketIdResourceSendEvents,
  MarketsMarketIdResourceContent,
  MarketsMarketIdResourceParameters,
  MarketsMarketIdResourceCredentials
> = {
  name: "MarketsMarketIdResource",
  address: "/markets/{marketId}/{resource}",
  events: [
    { type: "price", model: Price },
    { type: "heartbeat", model: Heartbeat },
  ],
  parameters: MarketsMarketIdResourceParameters,
  named: true,
  security: [["token"]],
  schemes: {
    token: { type: "bearer" } as const,
  },
  route: /^\/markets\/([^\/]+?)\/([^\/]+?)\/?$/i,
  validate: true,
};

/** Serves `/markets/{marketId}/{resource}`: the callback gets `sendEvent` for each client that connects. */
export function registerSendMarketsMarketIdResource(
  router: Router,
  callback: SendCallback<
    MarketsMarketIdResourceSendEvents,
    MarketsMarketIdResourceContent,
    MarketsMarketIdResourceParameters
  >,
  options: ServerOptions<
    MarketsMarketIdResourceParameters,
    MarketsMarketIdResourceCredentials
  > = {},
): void {
  registerSend(marketsMarketIdResourceChannel, router, callback, options);
}

/** Broadcasts on `/markets/{marketId}/{resource}`: what is published goes to every client of the address, and to those who come back. */
export function createMarketsMarketIdResourceHub(
  options: HubOptions<
    MarketsMarketIdResourceParameters,
    MarketsMarketIdResourceCredentials
  > = {},
): Hub<
  MarketsMarketIdResourceSendEvents,
  MarketsMarketIdResourceContent,
  MarketsMarketIdResourceParameters
> {
  return createHub(marketsMarketIdResourceChannel, options);
}

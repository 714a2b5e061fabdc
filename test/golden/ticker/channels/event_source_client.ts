import {
  askCredentials,
  checkPayload,
  fillAddress,
  listen,
  recogniseEvent,
  stream,
  type ClientChannel,
  type ClientOptions,
  type EventStream,
  type Listener,
  type Provided,
  type StreamEvent,
  type Subscription,
} from "../runtime/fetch-client";
import { Price, Heartbeat } from "../payloads/index";
import {
  MarketsMarketIdResourceParameters,
  type MarketsMarketIdResourceParametersInput,
} from "../parameters/index";

/** Payloads of the events of `/markets/{marketId}/{resource}`, by event name. */
export interface MarketsMarketIdResourceEvents {
  /** A price changed. */
  price: Price;
  /** Its purpose is to keep the connection alive. */
  heartbeat: Heartbeat;
}

/** Options of the client of `/markets/{marketId}/{resource}`. */
export interface MarketsMarketIdResourceClientOptions extends ClientOptions {
  /** What the API asks for; asked anew for each attempt. */
  auth?: { token: Provided<string> };
}

const marketsMarketIdResourceChannel: ClientChannel<
  MarketsMarketIdResourceEvents,
  MarketsMarketIdResourceParameters
> = {
  name: "MarketsMarketIdResource",
  address: "/markets/{marketId}/{resource}",
  events: [
    { type: "price", model: Price },
    { type: "heartbeat", model: Heartbeat },
  ],
  parameters: MarketsMarketIdResourceParameters,
  fill: fillAddress,
  recognise: recogniseEvent,
  authenticate: (auth) =>
    askCredentials(
      {
        token: { type: "bearer" } as const,
      },
      auth,
    ),
  check: checkPayload,
  validate: true,
};

/** Listens to `/markets/{marketId}/{resource}`. */
export function listenForMarketsMarketIdResource(
  callback: Listener<
    MarketsMarketIdResourceEvents,
    MarketsMarketIdResourceParameters
  >,
  parameters: MarketsMarketIdResourceParametersInput,
  options: MarketsMarketIdResourceClientOptions = {},
): Subscription {
  return listen(marketsMarketIdResourceChannel, callback, parameters, options);
}

/** The events of `/markets/{marketId}/{resource}` as an async iterator. */
export function streamMarketsMarketIdResource(
  parameters: MarketsMarketIdResourceParametersInput,
  options: MarketsMarketIdResourceClientOptions = {},
): EventStream<
  StreamEvent<MarketsMarketIdResourceEvents, MarketsMarketIdResourceParameters>
> {
  return stream(marketsMarketIdResourceChannel, parameters, options);
}

import * as event_source_client from "./event_source_client";
import * as event_source_express from "./event_source_express";

export * from "./event_source_client";
export * from "./event_source_express";

/** The generated functions by protocol. */
export const Protocols = { event_source_client, event_source_express };

export { Price, type PriceInterface } from "./Price";
export { Heartbeat } from "./Heartbeat";

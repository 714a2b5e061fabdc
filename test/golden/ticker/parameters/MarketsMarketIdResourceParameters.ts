import type { ParametersModel } from "../runtime/parameters";
import { parametersModel } from "../runtime/parameter-models";
import {
  type ValidationReport,
  passed,
  refuse,
  stop,
} from "../runtime/validation";

/** Parameters of `/markets/{marketId}/{resource}`. */
export interface MarketsMarketIdResourceParameters {
  /**
   * Id of the market.
   *
   * - pattern: ^[a-z]{2,8}$
   */
  marketId: string;
  /** What to follow. */
  resource: "trades" | "quotes";
}

/** The same, as a caller passes them. */
export type MarketsMarketIdResourceParametersInput =
  MarketsMarketIdResourceParameters;

export const MarketsMarketIdResourceParameters: ParametersModel<
  MarketsMarketIdResourceParameters,
  MarketsMarketIdResourceParametersInput
> = /* @__PURE__ */ parametersModel([
  { name: "marketId", kinds: ["string"], required: true, check: check1 },
  { name: "resource", kinds: ["string"], required: true, check: check2 },
]);

const pattern1 = new RegExp("^[a-z]{2,8}$", "u");

function check1(value: unknown, report: ValidationReport): boolean {
  if (typeof value !== "string") return refuse(report, "", "a string", value);
  const start = report.count;
  if (
    !pattern1.test(value) &&
    stop(report, "", "text that matches ^[a-z]{2,8}$", value)
  )
    return false;
  return passed(report, start);
}

function check2(value: unknown, report: ValidationReport): boolean {
  const start = report.count;
  if (
    value !== "trades" &&
    value !== "quotes" &&
    stop(report, "", 'one of "trades", "quotes"', value)
  )
    return false;
  return passed(report, start);
}

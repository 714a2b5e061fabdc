import type { Model } from "../runtime/model";
import { jsonModel } from "../runtime/models";
import { type ValidationReport, passed, stop } from "../runtime/validation";

/** Its purpose is to keep the connection alive. */
export type Heartbeat = "\r\n";

export const Heartbeat: Model<Heartbeat> =
  /* @__PURE__ */ jsonModel(checkHeartbeat);

export function checkHeartbeat(
  value: unknown,
  report: ValidationReport,
): boolean {
  const start = report.count;
  if (value !== "\r\n" && stop(report, "", '"\\r\\n"', value)) return false;
  return passed(report, start);
}

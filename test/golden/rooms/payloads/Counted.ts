import type { Model } from "../runtime/model";
import { jsonModel } from "../runtime/models";
import {
  type ValidationReport,
  isInteger,
  passed,
  refuse,
  stop,
} from "../runtime/validation";

/** - minimum: 0 */
export type Counted = number;

export const Counted: Model<Counted> = /* @__PURE__ */ jsonModel(checkCounted);

export function checkCounted(
  value: unknown,
  report: ValidationReport,
): boolean {
  if (!isInteger(value)) return refuse(report, "", "an integer", value);
  const start = report.count;
  if (!(value >= 0) && stop(report, "", "at least 0", value)) return false;
  return passed(report, start);
}

import type { Model } from "../runtime/model";
import { jsonModel } from "../runtime/models";
import { type ValidationReport, isInteger } from "../runtime/validation";

/** - minimum: 0 */
export type Counted = number;

export const Counted: Model<Counted> = /* @__PURE__ */ jsonModel(checkCounted);

export function checkCounted(
  value: unknown,
  report: ValidationReport,
): boolean {
  if (!isInteger(value)) return report.refuse("", "an integer", value);
  const start = report.count;
  if (!(value >= 0) && report.stop("", "at least 0", value)) return false;
  return report.passed(start);
}

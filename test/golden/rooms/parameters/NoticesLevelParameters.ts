import type { ParametersModel } from "../runtime/parameters";
import { parametersModel } from "../runtime/parameter-models";
import { type ValidationReport, passed, stop } from "../runtime/validation";

/** Parameters of `notices/{level}`. */
export interface NoticesLevelParameters {
  level: "info" | "warning";
}

/** The same, as a caller passes them: what has a default may be left out. */
export interface NoticesLevelParametersInput {
  level?: "info" | "warning";
}

export const NoticesLevelParameters: ParametersModel<
  NoticesLevelParameters,
  NoticesLevelParametersInput
> = /* @__PURE__ */ parametersModel([
  {
    name: "level",
    kinds: ["string"],
    required: true,
    check: check1,
    default: "info",
  },
]);

function check1(value: unknown, report: ValidationReport): boolean {
  const start = report.count;
  if (
    value !== "info" &&
    value !== "warning" &&
    stop(report, "", 'one of "info", "warning"', value)
  )
    return false;
  return passed(report, start);
}

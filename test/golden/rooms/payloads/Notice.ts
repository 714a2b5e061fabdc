import type { Model } from "../runtime/model";
import { textModel } from "../runtime/models";
import { type ValidationReport, refuse } from "../runtime/validation";

/** @example "The server restarts at noon." */
export type Notice = string;

export const Notice: Model<Notice> = /* @__PURE__ */ textModel(checkNotice);

export function checkNotice(value: unknown, report: ValidationReport): boolean {
  return typeof value === "string" || refuse(report, "", "a string", value);
}

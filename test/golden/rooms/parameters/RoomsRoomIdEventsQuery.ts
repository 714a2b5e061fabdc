import type { QueryModel } from "../runtime/parameters";
import { queryModel } from "../runtime/parameter-models";
import {
  type ValidationReport,
  isInteger,
  passed,
  refuse,
  stop,
} from "../runtime/validation";
import { isDateTime } from "../runtime/formats";

/** Query parameters. */
export interface RoomsRoomIdEventsQuery {
  /**
   * Leave out what happened before.
   *
   * - format: date-time
   */
  since?: string;
  /**
   * - minimum: 1
   * - maximum: 100
   */
  limit?: number;
}

/** The same, as a caller passes them. */
export type RoomsRoomIdEventsQueryInput = RoomsRoomIdEventsQuery;

export const RoomsRoomIdEventsQuery: QueryModel<
  RoomsRoomIdEventsQuery,
  RoomsRoomIdEventsQueryInput
> = /* @__PURE__ */ queryModel([
  { name: "since", kinds: ["string"], required: false, check: check1 },
  { name: "limit", kinds: ["number"], required: false, check: check2 },
]);

function check1(value: unknown, report: ValidationReport): boolean {
  if (typeof value !== "string") return refuse(report, "", "a string", value);
  const start = report.count;
  if (!isDateTime(value) && stop(report, "", "the format date-time", value))
    return false;
  return passed(report, start);
}

function check2(value: unknown, report: ValidationReport): boolean {
  if (!isInteger(value)) return refuse(report, "", "an integer", value);
  const start = report.count;
  if (!(value >= 1) && stop(report, "", "at least 1", value)) return false;
  if (!(value <= 100) && stop(report, "", "at most 100", value)) return false;
  return passed(report, start);
}

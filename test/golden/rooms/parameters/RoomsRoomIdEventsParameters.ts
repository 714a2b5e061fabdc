import type { ValidationReport } from "../runtime/validation";
import { parametersModel } from "../runtime/parameter-models";
import type { ParametersModel } from "../runtime/parameters";

/**
 * Parameters of an address:
 *
 * rooms/{roomId}/events
 */

export type RoomsRoomIdEventsParameters = {
  /**
   * Id of the room.
   *
   * @example "42"
   */
  roomId: string;
};

/** The same, as a caller passes them: what has a default may be left out. */
export type RoomsRoomIdEventsParametersInput = {
  /**
   * Id of the room.
   *
   * @example "42"
   */
  roomId: string;
};

export const RoomsRoomIdEventsParameters: ParametersModel<
  RoomsRoomIdEventsParameters,
  RoomsRoomIdEventsParametersInput
> = /* @__PURE__ */ parametersModel([
  { name: "roomId", kinds: ["string"], required: true, check: check1 },
]);

function check1(value: unknown, report: ValidationReport): boolean {
  const start = report.count;
  if (typeof value !== "string" && report.stop("", "a string", value))
    return false;
  return report.count === start;
}

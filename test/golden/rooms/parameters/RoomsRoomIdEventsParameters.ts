import type { ParametersModel } from "../runtime/parameters";
import { parametersModel } from "../runtime/parameter-models";
import { type ValidationReport, refuse } from "../runtime/validation";

/** Parameters of `rooms/{roomId}/events`. */
export interface RoomsRoomIdEventsParameters {
  /**
   * Id of the room.
   *
   * @example "42"
   */
  roomId: string;
}

/** The same, as a caller passes them. */
export type RoomsRoomIdEventsParametersInput = RoomsRoomIdEventsParameters;

export const RoomsRoomIdEventsParameters: ParametersModel<
  RoomsRoomIdEventsParameters,
  RoomsRoomIdEventsParametersInput
> = /* @__PURE__ */ parametersModel([
  { name: "roomId", kinds: ["string"], required: true, check: check1 },
]);

function check1(value: unknown, report: ValidationReport): boolean {
  return typeof value === "string" || refuse(report, "", "a string", value);
}

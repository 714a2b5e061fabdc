export {
  RoomsRoomIdEventsParameters,
  type RoomsRoomIdEventsParametersInput,
} from "./RoomsRoomIdEventsParameters";
export {
  NoticesLevelParameters,
  type NoticesLevelParametersInput,
} from "./NoticesLevelParameters";
export {
  RoomsRoomIdEventsQuery,
  type RoomsRoomIdEventsQueryInput,
} from "./RoomsRoomIdEventsQuery";

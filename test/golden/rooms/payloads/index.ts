export { Joined, type JoinedInterface } from "./Joined";
export { Left, type LeftInterface } from "./Left";
export { Said, type SaidInterface } from "./Said";
export { Notice } from "./Notice";
export { Counted } from "./Counted";
export { User, type UserInterface } from "./User";

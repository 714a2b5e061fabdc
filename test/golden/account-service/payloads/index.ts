export { UserSignedup, type UserSignedupInterface } from "./UserSignedup";

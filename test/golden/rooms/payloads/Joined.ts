import { type UserInterface, checkUser } from "./User";
import type { ValidationResult } from "../runtime/model";
import { fill, marshalJson, unmarshalObject } from "../runtime/models";
import {
  type ValidationReport,
  isObject,
  keys,
  passed,
  refuse,
  segment,
  stop,
  validate,
  within,
} from "../runtime/validation";
import { isDateTime } from "../runtime/formats";

/**
 * Somebody came in.
 *
 * @example {"user":{"id":"u1","name":"Ada"},"at":"2026-01-01T12:00:00Z"}
 */
export interface JoinedInterface {
  user: UserInterface;
  /** - format: date-time */
  at?: string;
}

/**
 * Somebody came in.
 *
 * @example {"user":{"id":"u1","name":"Ada"},"at":"2026-01-01T12:00:00Z"}
 */
export class Joined implements JoinedInterface {
  declare user: UserInterface;
  declare at?: string;

  constructor(input: JoinedInterface) {
    fill(this, input);
  }

  /** The message as it travels. */
  marshal(): string {
    return marshalJson(this);
  }

  /** The message, an instance or not, as it travels. */
  static marshal(this: void, message: Joined | JoinedInterface): string {
    return marshalJson(message);
  }

  /** Reads what `marshal` wrote, unchecked. @throws SyntaxError where the text is not JSON */
  static unmarshal(this: void, text: string): Joined {
    return unmarshalObject(text, Joined.prototype);
  }

  /** Checks a plain value or an instance against the schema; the first error only, unless `all` is set. */
  static validate(
    this: void,
    value: unknown,
    options?: { all?: boolean },
  ): ValidationResult {
    return validate(checkJoined, value, options);
  }
}

export function checkJoined(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return refuse(report, "", "an object", value);
  const start = report.count;
  const user = value["user"];
  if (user === undefined) {
    if (stop(report, "/user", "a value", undefined)) return false;
  } else if (!checkUser(user, report) && within(report, "/user")) return false;
  const at = value["at"];
  if (typeof at === "string") {
    if (!isDateTime(at) && stop(report, "/at", "the format date-time", at))
      return false;
  } else if (at !== undefined && stop(report, "/at", "a string", at))
    return false;
  for (const key of keys(value)) {
    const member = value[key];
    if (
      key !== "user" &&
      key !== "at" &&
      stop(report, segment(key), "nothing at all", member)
    )
      return false;
  }
  return passed(report, start);
}

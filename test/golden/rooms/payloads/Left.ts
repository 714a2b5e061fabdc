import { type UserInterface, checkUser } from "./User";
import type { ValidationResult } from "../runtime/model";
import { fill, marshalJson, unmarshalObject } from "../runtime/models";
import {
  type ValidationReport,
  isObject,
  passed,
  refuse,
  stop,
  validate,
  within,
} from "../runtime/validation";

/** Somebody went. */
export interface LeftInterface {
  user: UserInterface;
  reason?: "quit" | "timeout" | "kicked";
}

/** Somebody went. */
export class Left implements LeftInterface {
  declare user: UserInterface;
  declare reason?: "quit" | "timeout" | "kicked";

  constructor(input: LeftInterface) {
    fill(this, input);
  }

  /** The message as it travels. */
  marshal(): string {
    return marshalJson(this);
  }

  /** The message, an instance or not, as it travels. */
  static marshal(this: void, message: Left | LeftInterface): string {
    return marshalJson(message);
  }

  /** Reads what `marshal` wrote, unchecked. @throws SyntaxError where the text is not JSON */
  static unmarshal(this: void, text: string): Left {
    return unmarshalObject(text, Left.prototype);
  }

  /** Checks a plain value or an instance against the schema; the first error only, unless `all` is set. */
  static validate(
    this: void,
    value: unknown,
    options?: { all?: boolean },
  ): ValidationResult {
    return validate(checkLeft, value, options);
  }
}

export function checkLeft(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return refuse(report, "", "an object", value);
  const start = report.count;
  const user = value["user"];
  if (user === undefined) {
    if (stop(report, "/user", "a value", undefined)) return false;
  } else if (!checkUser(user, report) && within(report, "/user")) return false;
  const reason = value["reason"];
  if (
    reason !== undefined &&
    reason !== "quit" &&
    reason !== "timeout" &&
    reason !== "kicked" &&
    stop(report, "/reason", 'one of "quit", "timeout", "kicked"', reason)
  )
    return false;
  return passed(report, start);
}

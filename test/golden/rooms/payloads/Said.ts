import { type UserInterface, checkUser } from "./User";
import type { ValidationResult } from "../runtime/model";
import { fill, marshalJson, unmarshalObject } from "../runtime/models";
import {
  type ValidationReport,
  isLonger,
  isObject,
  passed,
  refuse,
  stop,
  validate,
  within,
} from "../runtime/validation";

/** Somebody said something. */
export interface SaidInterface {
  user: UserInterface;
  /**
   * - minLength: 1
   * - maxLength: 4000
   */
  text: string;
  /** Id of the line that this one answers. */
  replyTo?: string | null;
}

/** Somebody said something. */
export class Said implements SaidInterface {
  declare user: UserInterface;
  declare text: string;
  declare replyTo?: string | null;

  constructor(input: SaidInterface) {
    fill(this, input);
  }

  /** The message as it travels. */
  marshal(): string {
    return marshalJson(this);
  }

  /** The message, an instance or not, as it travels. */
  static marshal(this: void, message: Said | SaidInterface): string {
    return marshalJson(message);
  }

  /** Reads what `marshal` wrote, unchecked. @throws SyntaxError where the text is not JSON */
  static unmarshal(this: void, text: string): Said {
    return unmarshalObject(text, Said.prototype);
  }

  /** Checks a plain value or an instance against the schema; the first error only, unless `all` is set. */
  static validate(
    this: void,
    value: unknown,
    options?: { all?: boolean },
  ): ValidationResult {
    return validate(checkSaid, value, options);
  }
}

export function checkSaid(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return refuse(report, "", "an object", value);
  const start = report.count;
  const user = value["user"];
  if (user === undefined) {
    if (stop(report, "/user", "a value", undefined)) return false;
  } else if (!checkUser(user, report) && within(report, "/user")) return false;
  const text = value["text"];
  if (typeof text === "string") {
    if (text === "" && stop(report, "/text", "at least 1 character", text))
      return false;
    if (
      isLonger(text, 4000) &&
      stop(report, "/text", "at most 4000 characters", text)
    )
      return false;
  } else if (stop(report, "/text", "a string", text)) return false;
  const replyTo = value["replyTo"];
  if (
    replyTo !== undefined &&
    typeof replyTo !== "string" &&
    replyTo !== null &&
    stop(report, "/replyTo", "a string or null", replyTo)
  )
    return false;
  return passed(report, start);
}

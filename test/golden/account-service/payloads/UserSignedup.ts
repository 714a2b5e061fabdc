import type { ValidationResult } from "../runtime/model";
import { fill, marshalJson, unmarshalObject } from "../runtime/models";
import {
  type ValidationReport,
  isObject,
  passed,
  refuse,
  stop,
  validate,
} from "../runtime/validation";
import { isEmail } from "../runtime/formats";

export type UserSignedupInterface = {
  /** Name of the user */
  displayName?: string;
  /**
   * Email of the user
   *
   * - format: email
   */
  email?: string;
} & object;

export class UserSignedup implements UserSignedupInterface {
  declare displayName?: string;
  declare email?: string;

  constructor(input: UserSignedupInterface) {
    fill(this, input);
  }

  /** The message as it travels. */
  marshal(): string {
    return marshalJson(this);
  }

  /** The message, an instance or not, as it travels. */
  static marshal(
    this: void,
    message: UserSignedup | UserSignedupInterface,
  ): string {
    return marshalJson(message);
  }

  /** Reads what `marshal` wrote, unchecked. @throws SyntaxError where the text is not JSON */
  static unmarshal(this: void, text: string): UserSignedup {
    return unmarshalObject(text, UserSignedup.prototype);
  }

  /** Checks a plain value or an instance against the schema; the first error only, unless `all` is set. */
  static validate(
    this: void,
    value: unknown,
    options?: { all?: boolean },
  ): ValidationResult {
    return validate(checkUserSignedup, value, options);
  }
}

export function checkUserSignedup(
  value: unknown,
  report: ValidationReport,
): boolean {
  if (!isObject(value)) return refuse(report, "", "an object", value);
  const start = report.count;
  const displayName = value["displayName"];
  if (
    displayName !== undefined &&
    typeof displayName !== "string" &&
    stop(report, "/displayName", "a string", displayName)
  )
    return false;
  const email = value["email"];
  if (typeof email === "string") {
    if (!isEmail(email) && stop(report, "/email", "the format email", email))
      return false;
  } else if (email !== undefined && stop(report, "/email", "a string", email))
    return false;
  return passed(report, start);
}

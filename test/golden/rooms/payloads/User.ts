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

export interface UserInterface {
  /** - pattern: ^u\d+$ */
  id: string;
  /** Name to show. */
  name: string;
}

export class User implements UserInterface {
  declare id: string;
  declare name: string;

  constructor(input: UserInterface) {
    fill(this, input);
  }

  /** The message as it travels. */
  marshal(): string {
    return marshalJson(this);
  }

  /** The message, an instance or not, as it travels. */
  static marshal(this: void, message: User | UserInterface): string {
    return marshalJson(message);
  }

  /** Reads what `marshal` wrote, unchecked. @throws SyntaxError where the text is not JSON */
  static unmarshal(this: void, text: string): User {
    return unmarshalObject(text, User.prototype);
  }

  /** Checks a plain value or an instance against the schema; the first error only, unless `all` is set. */
  static validate(
    this: void,
    value: unknown,
    options?: { all?: boolean },
  ): ValidationResult {
    return validate(checkUser, value, options);
  }
}

const pattern1 = new RegExp("^u\\d+$", "u");

export function checkUser(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return refuse(report, "", "an object", value);
  const start = report.count;
  const id = value["id"];
  if (typeof id === "string") {
    if (
      !pattern1.test(id) &&
      stop(report, "/id", "text that matches ^u\\d+$", id)
    )
      return false;
  } else if (stop(report, "/id", "a string", id)) return false;
  const name = value["name"];
  if (typeof name !== "string" && stop(report, "/name", "a string", name))
    return false;
  return passed(report, start);
}

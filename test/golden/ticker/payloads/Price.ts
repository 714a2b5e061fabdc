import type { ValidationResult } from "../runtime/model";
import { fill, marshalJson, unmarshalObject } from "../runtime/models";
import {
  type ValidationReport,
  isArray,
  isNumber,
  isObject,
  passed,
  refuse,
  stop,
  unique,
  validate,
} from "../runtime/validation";

/** A price changed. */
export interface PriceInterface {
  symbol: string;
  /** - exclusiveMinimum: 0 */
  price: number;
  /** @default "EUR" */
  currency?: "EUR" | "USD";
  /** - uniqueItems: true */
  tags?: string[];
}

/** A price changed. */
export class Price implements PriceInterface {
  declare symbol: string;
  declare price: number;
  declare currency?: "EUR" | "USD";
  declare tags?: string[];

  constructor(input: PriceInterface) {
    fill(this, input);
  }

  /** The message as it travels. */
  marshal(): string {
    return marshalJson(this);
  }

  /** The message, an instance or not, as it travels. */
  static marshal(this: void, message: Price | PriceInterface): string {
    return marshalJson(message);
  }

  /** Reads what `marshal` wrote, unchecked. @throws SyntaxError where the text is not JSON */
  static unmarshal(this: void, text: string): Price {
    return unmarshalObject(text, Price.prototype);
  }

  /** Checks a plain value or an instance against the schema; the first error only, unless `all` is set. */
  static validate(
    this: void,
    value: unknown,
    options?: { all?: boolean },
  ): ValidationResult {
    return validate(checkPrice, value, options);
  }
}

export function checkPrice(value: unknown, report: ValidationReport): boolean {
  if (!isObject(value)) return refuse(report, "", "an object", value);
  const start = report.count;
  const symbol = value["symbol"];
  if (typeof symbol !== "string" && stop(report, "/symbol", "a string", symbol))
    return false;
  const price = value["price"];
  if (isNumber(price)) {
    if (!(price > 0) && stop(report, "/price", "more than 0", price))
      return false;
  } else if (stop(report, "/price", "a number", price)) return false;
  const currency = value["currency"];
  if (
    currency !== undefined &&
    currency !== "EUR" &&
    currency !== "USD" &&
    stop(report, "/currency", 'one of "EUR", "USD"', currency)
  )
    return false;
  const tags = value["tags"];
  if (isArray(tags)) {
    if (!unique(tags) && stop(report, "/tags", "items that all differ", tags))
      return false;
    for (let index = 0; index < tags.length; index += 1) {
      const item: unknown = tags[index];
      if (
        typeof item !== "string" &&
        stop(report, "/tags/" + index, "a string", item)
      )
        return false;
    }
  } else if (tags !== undefined && stop(report, "/tags", "an array", tags))
    return false;
  return passed(report, start);
}

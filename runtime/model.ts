import type { Model, ModelConstructor, ValidationResult } from './core/model'
import { isObject, validate, type Validator } from './validation'

export type {
  Brand,
  Model,
  ModelConstructor,
  ValidationError,
  ValidationResult,
} from './core/model'

/** A message as JSON text (RFC 8259); `null` for values that JSON cannot represent. */
export function marshalJson(message: unknown): string {
  // `JSON.stringify` returns undefined for `undefined` and functions; its declared type omits this.
  const text: string | undefined = JSON.stringify(message)
  return text ?? 'null'
}

/**
 * Parses JSON text to an instance of a generated class. A value that is not an object is returned unchanged: `validate`
 * reports it.
 * @throws SyntaxError if the text is not JSON
 */
export function unmarshalObject<T>(text: string, constructor: new (input: never) => T): T {
  const value: unknown = JSON.parse(text)
  // V8 needs less time for a copy than for `Object.setPrototypeOf`.
  return Object(value) === value && !Array.isArray(value)
    ? new constructor(value as never)
    : (value as T)
}

/**
 * Copies the properties of a message that its constructor has not copied. The constructor of a class copies those of the
 * document by name, several times faster than `Object.assign`. `__proto__` is data like any other name: assigning it would
 * change the prototype.
 */
export function assignRemainingProperties(target: object, input: object): void {
  // Counted without an array of names: this is called for each message.
  let missing = 0
  for (const _ in input) missing++
  for (const _ in target) missing--
  // Only the constructor has written to the target: what it has from a plain object are own properties of that object.
  if (missing === 0 && Object.getPrototypeOf(input) === Object.prototype) return
  if (!Object.hasOwn(input, '__proto__')) Object.assign(target, input)
  // `{ ...input }` defines a property; `Object.assign` would call a setter.
  else Object.defineProperties(target, Object.getOwnPropertyDescriptors({ ...input }))
}

/** Model of a payload that is sent as JSON and decoded to plain data. */
export function jsonModel<T>(check: Validator | null): Model<T> {
  return {
    marshal: marshalJson,
    unmarshal: (text) => JSON.parse(text) as T,
    validate: (value, options) => validate(check, value, options),
  }
}

/** Model of a text payload (`contentType: text/*`): the string is sent unchanged. */
export function textModel<T extends string>(check: Validator | null): Model<T> {
  return {
    marshal: (message) => message,
    unmarshal: (text) => text as T,
    validate: (value, options) => validate(check, value, options),
  }
}

/**
 * A class for objects that a class declaration cannot describe: with an index signature, a union, or a property such as
 * `constructor`.
 * @param name the name that `console.log` shows
 * @param hasMarshalMethod whether instances have a method `marshal`; false if the document has a property of that name
 */
export function objectModel<T, Input extends object>(
  name: string,
  check: Validator | null,
  hasMarshalMethod: boolean,
): ModelConstructor<T, Input> {
  const model = class {
    constructor(input: Input) {
      assignRemainingProperties(this, input)
    }

    marshal(): string {
      return marshalJson(this)
    }

    static marshal(this: void, message: T | Input): string {
      return marshalJson(message)
    }

    static unmarshal(this: void, text: string): T {
      const value: unknown = JSON.parse(text)
      // The object may have thousands of properties: a copy would cost more than `JSON.parse`.
      return (isObject(value) ? Object.setPrototypeOf(value, model.prototype) : value) as T
    }

    static validate(this: void, value: unknown, options?: { all?: boolean }): ValidationResult {
      return validate(check, value, options)
    }
  }
  Object.defineProperty(model, 'name', { value: name, configurable: true })
  if (!hasMarshalMethod) Reflect.deleteProperty(model.prototype, 'marshal')
  return model as unknown as ModelConstructor<T, Input>
}

/** Model of a message without a payload: it is sent as `data: null`, and any data is decoded as `null`. */
export const noPayload: Model<null> = {
  marshal: () => 'null',
  unmarshal: () => null,
  validate: () => ({ valid: true }),
}

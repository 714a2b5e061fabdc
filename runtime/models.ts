import type { Model, ModelConstructor, ValidationResult } from './model'
import { validate, type Check } from './validation'

/** A message as JSON text (RFC 8259); what JSON cannot say at all is `null`. */
export function marshalJson(message: unknown): string {
  // `undefined` and functions have no JSON text, whatever the compiler's library says.
  const text: string | undefined = JSON.stringify(message)
  return text ?? 'null'
}

/**
 * JSON text to an instance of a generated class. What is not an object comes back as it is: `validate` says what is wrong.
 * @throws SyntaxError where the text is not JSON
 */
export function unmarshalObject<T>(text: string, prototype: object): T {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value as T
  return fill(Object.create(prototype) as object, value) as T
}

/**
 * Copies the properties of a message. `__proto__` is data like any other: assigning it would change the prototype.
 * @returns the target
 */
export function fill<T extends object>(target: T, input: object): T {
  if (!Object.hasOwn(input, '__proto__')) return Object.assign(target, input)
  for (const [key, value] of Object.entries(input)) {
    Object.defineProperty(target, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    })
  }
  return target
}

/** Model of a payload that travels as JSON and comes out as plain data. */
export function jsonModel<T>(check: Check | null): Model<T> {
  return {
    marshal: marshalJson,
    unmarshal: (text) => JSON.parse(text) as T,
    validate: (value, options) => validate(check, value, options),
  }
}

/** Model of a text payload (`contentType: text/*`): the string itself travels. */
export function textModel<T extends string>(check: Check | null): Model<T> {
  return {
    marshal: (message) => message,
    unmarshal: (text) => text as T,
    validate: (value, options) => validate(check, value, options),
  }
}

/**
 * A class for objects that the language has no class declaration for: with an index signature, a union, or a property
 * such as `constructor`.
 * @param name what `console.log` shows
 * @param method whether instances have a method `marshal`; not where the document has a property of that name
 */
export function objectModel<T, I extends object>(
  name: string,
  check: Check | null,
  method: boolean,
): ModelConstructor<T, I> {
  const model = class {
    constructor(input: I) {
      fill(this, input)
    }

    marshal(): string {
      return marshalJson(this)
    }

    static marshal(this: void, message: T | I): string {
      return marshalJson(message)
    }

    static unmarshal(this: void, text: string): T {
      return unmarshalObject(text, model.prototype)
    }

    static validate(this: void, value: unknown, options?: { all?: boolean }): ValidationResult {
      return validate(check, value, options)
    }
  }
  Object.defineProperty(model, 'name', { value: name, configurable: true })
  if (!method) Reflect.deleteProperty(model.prototype, 'marshal')
  return model as unknown as ModelConstructor<T, I>
}

import fc from 'fast-check'
import { hostileText, record } from './hostile-text'

const maybe = { nil: undefined, freq: 2 }

/** JSON schemas with hostile names, values and texts. @param components names of schemas that may be referred to */
export function schemas(components: readonly string[], object = false): fc.Arbitrary<object> {
  const text = hostileText()
  const notes = {
    title: fc.option(text, maybe),
    description: fc.option(text, maybe),
    deprecated: fc.option(fc.boolean(), maybe),
    $comment: fc.option(text, maybe),
  }
  const value = fc.oneof(
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(null, true, -0, 1e308),
    fc.array(text, { maxLength: 2 }),
    fc
      .uniqueArray(fc.tuple(text, text), { selector: ([key]) => key, maxLength: 2 })
      .map((all) => Object.fromEntries(all)),
  )
  const { root } = fc.letrec<{ root: object; object: object }>((tie) => {
    const inner = tie('root')
    const members = fc
      .uniqueArray(fc.tuple(text, inner), { selector: ([key]) => key, maxLength: 3 })
      .map((all) => Object.fromEntries(all))
    const shape = record({
      type: fc.constant('object'),
      ...notes,
      properties: fc.option(members, { nil: undefined, freq: 6 }),
      required: fc.option(fc.uniqueArray(text, { maxLength: 2 }), maybe),
      patternProperties: fc.option(
        fc
          .array(
            fc.tuple(
              fc.oneof(fc.constantFrom('^a', '.*', '((a+)+)+$', '\u2028', '/', '`'), text),
              inner,
            ),
            { maxLength: 1 },
          )
          .map((all) => Object.fromEntries(all)),
        maybe,
      ),
      additionalProperties: fc.option(fc.oneof(fc.boolean(), inner), maybe),
      discriminator: fc.option(text, maybe),
      dependencies: fc.option(
        fc
          .tuple(text, fc.array(text, { maxLength: 2 }))
          .map(([name, needs]) => Object.fromEntries([[name, [...new Set(needs)]]])),
        maybe,
      ),
      examples: fc.option(fc.array(value, { maxLength: 2 }), maybe),
    })
    return {
      object: shape,
      root: object
        ? shape
        : fc.oneof(
            { depthSize: 'small', withCrossShrink: true },
            record({
              type: fc.constant('string'),
              ...notes,
              format: fc.option(
                fc.oneof(text, fc.constantFrom('date-time', 'email', 'uri')),
                maybe,
              ),
              pattern: fc.option(fc.oneof(text, fc.constantFrom('^a$', '((a+)+)+$', '\\')), maybe),
              default: fc.option(text, maybe),
              enum: fc.option(fc.uniqueArray(text, { minLength: 1, maxLength: 3 }), maybe),
              examples: fc.option(fc.array(text, { maxLength: 2 }), maybe),
            }),
            record({ ...notes, const: value, 'x-parser-schema-id': fc.option(text, maybe) }),
            record({ ...notes, enum: fc.array(value, { minLength: 1, maxLength: 3 }) }),
            record({
              type: fc.constantFrom('number', 'integer', 'boolean', 'null'),
              ...notes,
              default: fc.option(value, maybe),
            }),
            shape,
            record({
              type: fc.constant('array'),
              ...notes,
              items: fc.oneof(inner, fc.array(inner, { minLength: 1, maxLength: 2 })),
              contains: fc.option(inner, maybe),
            }),
            record({ ...notes, oneOf: fc.array(inner, { minLength: 1, maxLength: 3 }) }),
            record({ ...notes, allOf: fc.array(inner, { minLength: 1, maxLength: 2 }) }),
            record({ ...notes, not: inner }),
            ...(components.length > 0
              ? [
                  fc
                    .constantFrom(...components)
                    .map((name) => ({ $ref: `#/components/schemas/${encodeURIComponent(name)}` })),
                ]
              : []),
          ),
    }
  })
  return root
}

import type * as FormatText from '../../pipeline/output/format-text'

/*
 * In place of `pipeline/output/format-text`, by `jest.mock`, where a test file has many runs: equal files are formatted
 * once. Most files of the outputs are equal.
 */
const original = jest.requireActual<typeof FormatText>('../../pipeline/output/format-text')

export const { isTooLarge } = original

const texts = new Map<string, Promise<string>>()

export const formatText: typeof original.formatText = (file, options) => {
  const key = JSON.stringify([file, options])
  const text = texts.get(key) ?? original.formatText(file, options)
  texts.set(key, text)
  return text
}

import { compile } from '../../support/compile'

test('the compile harness reports the location of an error', () => {
  expect(compile({ 'payloads/A.ts': 'export const a: string = 1\n' })).toEqual([
    "payloads/A.ts:1: Type 'number' is not assignable to type 'string'.",
  ])
})

test('the compile harness follows imports between files in memory', () => {
  expect(
    compile({
      'a.ts': "import type { B } from './deep/b'\nexport const a: B = 'b'\n",
      'deep/b.ts': "export type B = 'b'\n",
    }),
  ).toEqual([])
})

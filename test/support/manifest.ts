import { generator } from '../../package.json'

/** The template parameters, as package.json describes them. */
export const parameters: Readonly<Record<string, { readonly description: string }>> =
  generator.parameters

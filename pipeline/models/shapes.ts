import type { Code } from '../../filters/code'
import type { Documentation, Schema } from './schema'

/** A TypeScript type as plain data; the filter `type` prints it. */
export type TypeShape =
  | { readonly shape: 'keyword'; readonly keyword: Keyword }
  | { readonly shape: 'value'; readonly value: unknown }
  /** The type of what every object inherits under a name, such as `toString`. */
  | { readonly shape: 'inherited'; readonly name: string }
  /** A type that has a name: of this module or, with `module`, of another one of `payloads/`. */
  | { readonly shape: 'reference'; readonly name: Code; readonly module: Code | null }
  | { readonly shape: 'array'; readonly items: TypeShape }
  | TupleShape
  | ObjectShape
  | { readonly shape: 'union' | 'intersection'; readonly members: readonly TypeShape[] }

export type Keyword = 'unknown' | 'never' | 'string' | 'number' | 'boolean' | 'null' | 'undefined'

export interface TupleShape {
  readonly shape: 'tuple'
  readonly items: readonly { readonly type: TypeShape; readonly optional: boolean }[]
  readonly rest: TypeShape | null
}

export interface ObjectShape {
  readonly shape: 'object'
  readonly properties: readonly PropertyShape[]
  /** Type of the properties without a name. */
  readonly index: TypeShape | null
}

export interface PropertyShape {
  readonly name: string
  readonly type: TypeShape
  readonly optional: boolean
  readonly documentation: Documentation
}

/** A type that a module declares beside its own. */
export interface NamedType {
  readonly name: Code
  readonly documentation: Documentation
  readonly type: TypeShape
}

export interface ModelImport {
  /** As written from the importing module, e.g. `./Address`. */
  readonly path: string
  /** Whether they are types only. */
  readonly types: boolean
  readonly names: readonly Code[]
}

/** Where the content of a module is another module's. */
export interface ModelAlias {
  readonly path: string
  readonly name: Code
  readonly plain: Code
}

/** What a module of `payloads/` or `headers/` says: a type, a value of the same name, and what they need. */
export interface ModelModule {
  /** Name of the type, the value and the file. */
  readonly name: Code
  /** As written from the index beside it, e.g. `./Order`. */
  readonly path: string
  /** The plain type: `<Name>Interface` where instances are made, else `<Name>` itself. */
  readonly plain: Code
  readonly documentation: Documentation
  /** Set where the module only gives another one a second name; then there is nothing else in it. */
  readonly alias: ModelAlias | null
  readonly type: TypeShape
  /** Types inside, in document order. */
  readonly types: readonly NamedType[]
  /** The declared fields where `X` is a class declaration. */
  readonly fields: readonly PropertyShape[] | null
  /** Whether `X` makes instances although it cannot be a class declaration. */
  readonly constructed: boolean
  /** Whether instances have a method `marshal`. */
  readonly method: boolean
  /** Whether the payload travels as raw text. */
  readonly text: boolean
  readonly imports: readonly ModelImport[]
  readonly schema: Schema | null
  /** Whether there is a validator. */
  readonly checked: boolean
  /** Name of the validator; `null` where there is nothing to check, or `validation=none`. */
  readonly check: Code
  /** The validator and what it is made of. */
  readonly validators: Code
  /** What `index.ts` exports of the module beside `X`: types only. */
  readonly exported: readonly Code[]
}

/** A module of `payloads/`. */
export interface PayloadModule extends ModelModule {
  /** Whether the value is a class, so that instances tell which message they are. */
  readonly instance: boolean
  /** What may be passed to a function that sends: `X | XInterface`, as type text over names that this module exports. */
  readonly input: readonly Code[]
}

/** A module of `headers/`. */
export type HeadersModule = ModelModule

/** A module of `parameters/`: the parameters of an address, or the query parameters of a channel. */
export interface ParametersModule {
  /** `<Name>Parameters`. */
  readonly name: Code
  /** As written from the index beside it. */
  readonly path: string
  /** `<Name>ParametersInput`, what a caller passes: parameters with a default may be left out. */
  readonly input: Code
  /** Whether a caller passes what comes out: no parameter has a default. */
  readonly sameInput: boolean
  /** Whether every parameter may be left out. */
  readonly optional: boolean
  /** Whether they are in the query of a URL, not in its path. */
  readonly query: boolean
  readonly address: string
  readonly parameters: readonly ParameterShape[]
  /** Type of query parameters that have no name in the document; null where there are none. */
  readonly index: TypeShape | null
  readonly imports: readonly ModelImport[]
  readonly types: readonly NamedType[]
  /** What `index.ts` exports of the module beside the parameters: types only. */
  readonly exported: readonly Code[]
  /** Validators of the parameters. */
  readonly validators: Code
}

export interface ParameterShape {
  readonly name: string
  readonly type: TypeShape
  readonly documentation: Documentation
  readonly required: boolean
  /** Set where a caller may leave the parameter out. */
  readonly default: { readonly value: unknown } | null
  /** What the text in the address is read as, in order of preference. */
  readonly kinds: readonly ('number' | 'boolean' | 'string' | 'null' | 'array')[]
  readonly schema: Schema
  /** Name of its validator; null where there is nothing to check. */
  readonly validator: Code | null
}

/** The query parameters of one channel; lives in a module of `parameters/`. */
export type QueryShape = ParametersModule

import type { Code } from '../../filters/code'
import type { Documentation, Schema } from '../schema/schema'
import type { Validators } from './validators/validators'

/** A TypeScript type as plain data; the filter `type` prints it. */
export type TypeShape =
  | { readonly shape: 'keyword'; readonly keyword: Keyword }
  | { readonly shape: 'value'; readonly value: unknown }
  /** The type of an inherited member of all objects, such as `toString`. */
  | { readonly shape: 'inherited'; readonly name: string }
  /** A named type: of this module, or of another module of `payloads/` if `module` is set. */
  | { readonly shape: 'reference'; readonly name: Code; readonly module: Code | null }
  | { readonly shape: 'array'; readonly items: TypeShape }
  | TupleShape
  | ObjectShape
  | { readonly shape: 'union' | 'intersection'; readonly members: readonly TypeShape[] }

export type Keyword = 'unknown' | 'never' | 'string' | 'number' | 'boolean' | 'null' | 'undefined'

export interface TupleShape {
  readonly shape: 'tuple'
  readonly items: readonly { readonly type: TypeShape; readonly isOptional: boolean }[]
  readonly rest: TypeShape | null
}

export interface ObjectShape {
  readonly shape: 'object'
  readonly properties: readonly PropertyShape[]
  /** Type of all undeclared properties. */
  readonly index: TypeShape | null
}

export interface PropertyShape {
  readonly name: string
  readonly type: TypeShape
  readonly isOptional: boolean
  readonly documentation: Documentation
}

/** An additional type that a module declares. */
export interface NamedType {
  readonly name: Code
  readonly documentation: Documentation
  readonly type: TypeShape
}

export interface ModelImport {
  /** As written in the importing module, e.g. `./Address`. */
  readonly path: string
  /** Whether all names are types. */
  readonly isTypeOnly: boolean
  readonly names: readonly Code[]
}

/** A module of `payloads/` or `headers/`: a type, a value with the same name, and their imports. */
export interface ModelModule {
  /** Name of the type, the value and the file. */
  readonly name: Code
  /** Import path from the index in the same folder, e.g. `./Order`. */
  readonly path: string
  /** Name of the plain type: `<Name>Interface` if the model has instances, otherwise `<Name>`. */
  readonly plainTypeName: Code
  readonly documentation: Documentation
  readonly type: TypeShape
  /** Nested types, in document order. */
  readonly types: readonly NamedType[]
  /** Whether `X` is a class declaration. */
  readonly isClassDeclaration: boolean
  /** Whether another message has the same shape, so that the class needs a private member as brand. */
  readonly isBranded: boolean
  /** Whether `X` creates instances without a class declaration. */
  readonly usesFactory: boolean
  /** Whether instances have the method `marshal`. */
  readonly hasMarshalMethod: boolean
  /** Whether the payload is sent as raw text. */
  readonly isRawText: boolean
  readonly imports: readonly ModelImport[]
  readonly schema: Schema
  /** Whether the module has a validator. */
  readonly hasValidator: boolean
  /** Name of the validator; `null` if the schema accepts everything, or with `validation=none`. */
  readonly validatorName: Code
  /** Whether the value has `~standard` (Standard Schema 1); false with `validation=none`. */
  readonly hasStandardSchema: boolean
  /** The validator and its helper functions; the filter `validators` prints them. */
  readonly validators: Validators
  /** Additional exports of `index.ts` for the module; types only. */
  readonly exportedTypes: readonly Code[]
}

/** The model of one message, for channels. */
export interface PayloadModel {
  /** Name of the type and the value. */
  readonly name: Code
  /** Name of the plain type: `<Name>Interface` if the model has instances, otherwise `<Name>`. */
  readonly plainTypeName: Code
  readonly documentation: Documentation
  readonly type: TypeShape
  /** Whether the payload is sent as raw text. */
  readonly isRawText: boolean
  /** Whether the value is a class, so that an instance identifies its message. */
  readonly isClass: boolean
  /** Parameter types of the send functions: `X | XInterface`, as type text over exported names of the module. */
  readonly inputTypes: readonly Code[]
}

/** A message whose schema has a module with another name: a separate class, or an alias. */
export type MessageModel = PayloadModel

/** A module of `payloads/`. */
export interface PayloadModule extends ModelModule, PayloadModel {
  /** Messages with this schema and other names. */
  readonly messages: readonly MessageModel[]
}

/** A module of `headers/`. */
export type HeadersModule = ModelModule

/** A module of `parameters/`: the parameters of an address, or the query parameters of a channel. */
export interface ParametersModule {
  /** `<Name>Parameters`. */
  readonly name: Code
  /** Import path from the index in the same folder. */
  readonly path: string
  /** `<Name>ParametersInput`, the type of caller input: parameters with a default are optional. */
  readonly inputTypeName: Code
  /** Whether input and output types are equal: no parameter has a default. */
  readonly inputEqualsOutput: boolean
  /** Whether all parameters are optional. */
  readonly isOptional: boolean
  /** Whether they are parameters of the query, not of the path. */
  readonly isQuery: boolean
  readonly address: string
  readonly parameters: readonly ParameterShape[]
  /** Type of query parameters that the document does not name; null if there are none. */
  readonly index: TypeShape | null
  readonly imports: readonly ModelImport[]
  readonly types: readonly NamedType[]
  /** Additional exports of `index.ts` for the module; types only. */
  readonly exportedTypes: readonly Code[]
  /** Validators of the parameters; the filter `validators` prints them. */
  readonly validators: Validators
}

export interface ParameterShape {
  readonly name: string
  readonly type: TypeShape
  readonly documentation: Documentation
  readonly required: boolean
  /** Default value; a parameter with a default is optional for callers. */
  readonly default: { readonly value: unknown } | null
  /** Kinds that the text in the address is parsed as, in order of preference. */
  readonly kinds: readonly ('number' | 'boolean' | 'string' | 'null' | 'object' | 'array')[]
  /** Kinds of the items of an array; absent: strings. */
  readonly items?: ParameterShape['kinds'] | undefined
  readonly schema: Schema
  /** Name of its validator; null if the schema accepts everything. */
  readonly validatorName: Code | null
}

/** The query parameters of one channel, in a module of `parameters/`. */
export type QueryShape = ParametersModule

import type { NameRegistry } from '../../filters/naming'
import type { TypeInference } from '../schema/kind-analyzer'

export interface PayloadRequest {
  readonly name: string
  /** Name of the message in the document, if it is not `name`. */
  readonly wantedName?: string
  readonly schema: unknown
  readonly pointer: string
  readonly contentType: string | undefined
  readonly schemaFormat: string | undefined
  /** Whether the parser converted a schema of another format to JSON Schema. */
  readonly isConverted?: boolean
  readonly title?: string | undefined
  readonly description?: string | undefined
  readonly deprecated?: boolean | undefined
  readonly examples?: readonly unknown[] | undefined
}

export interface SchemaRequest {
  readonly name: string
  readonly schema: unknown
  readonly pointer: string
}

export interface ParameterRequest {
  /** `<Name>Parameters`. */
  readonly name: string
  readonly address: string
  readonly pointer: string
  readonly parameters: readonly {
    readonly name: string
    readonly pointer?: string
    readonly description?: string | undefined
    /** 2.x only. */
    readonly schema?: unknown
    /** 3.x only. */
    readonly enum?: readonly string[] | undefined
    readonly default?: string | undefined
    readonly examples?: readonly string[] | undefined
  }[]
}

export interface ModelRequest {
  /** One for each distinct message. */
  payloads: PayloadRequest[]
  headers: SchemaRequest[]
  parameters: ParameterRequest[]
  /** Query parameters of `http` bindings, as schemas of objects. */
  queries: SchemaRequest[]
  /** Schema objects of `components.schemas`, with their names. */
  components: ReadonlyMap<object, string>
  registry: NameRegistry
  model: 'class' | 'interface'
  hasValidators: boolean
  /** How types treat schemas without `type`. Default: `inferred`. */
  typeInference?: TypeInference
  /** Whether validators check formats. Default: true. */
  checksFormats?: boolean
  note: (message: string) => void
  error: (message: string) => void
}

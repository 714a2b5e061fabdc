/** The template parameters, typed. */
export interface Options {
  readonly side: 'both' | 'client' | 'server' | 'operations'
  readonly client: 'fetch' | 'eventsource'
  readonly naming: 'address' | 'channel' | 'operation'
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly protocols: readonly string[]
  readonly model: 'class' | 'interface'
  readonly validation: 'both' | 'client' | 'server' | 'none'
  readonly importExtension: 'none' | 'js' | 'ts'
  readonly server: string | undefined
  readonly broker: 'memory' | 'redis'
  readonly scaffold: boolean
  readonly templates: string | undefined
}

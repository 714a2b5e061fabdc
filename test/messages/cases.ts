import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A way to meet a message: what is run, in a folder of its own. */
export interface Case {
  readonly title: string
  /** What it means, and what to do. */
  readonly advice: string
  /** Whether the run ends there. */
  readonly isError: boolean
  readonly document?: object
  readonly parameters?: Readonly<Record<string, unknown>>
  /** Files below the working directory; `'link'` to somewhere else. The output is `out/`. */
  readonly files?: Readonly<Record<string, string>>
  readonly links?: readonly string[]
}

const payload = { type: 'object', properties: { a: { type: 'string' } } }
const message = { payload }

interface Parts {
  readonly channels?: object
  readonly servers?: object
  readonly operations?: object
  readonly components?: object
}

export function document(parts: Parts = {}): object {
  const channels = parts.channels ?? { room: { address: 'room', messages: { said: message } } }
  return {
    asyncapi: '3.0.0',
    info: { title: 'Rooms', version: '1.0.0' },
    channels,
    ...(parts.servers === undefined ? {} : { servers: parts.servers }),
    ...(parts.operations === undefined ? {} : { operations: parts.operations }),
    ...(parts.components === undefined ? {} : { components: parts.components }),
  }
}

function channel(rest: object, messages: object = { said: message }): object {
  return document({ channels: { room: { address: 'room', messages, ...rest } } })
}

function withPayload(schema: unknown, rest: object = {}): object {
  return channel({}, { said: { payload: schema, ...rest } })
}

export const PARAMETERS: readonly Case[] = [
  {
    title: 'A value that a parameter does not have',
    advice: 'The allowed values are listed, and the nearest is guessed.',
    isError: true,
    parameters: { model: 'classes' },
  },
  {
    title: 'A parameter given as a list',
    advice: 'Some programs that run the generator take a repeated `-p` as a list.',
    isError: true,
    parameters: { side: ['client', 'server'] },
  },
  {
    title: 'A server that the document does not have',
    advice: 'The generator itself checks `server` too, and may be the one that says so.',
    isError: true,
    document: document({ servers: { production: { host: 'a.example', protocol: 'https' } } }),
    parameters: { server: 'prodution' },
  },
  {
    title: 'A folder of templates that is not there',
    advice: 'The path is relative to where the command runs, not to the document.',
    isError: true,
    parameters: { templates: 'my-templates' },
  },
  {
    title: 'A file among the templates that is none',
    advice: 'Only `.hbs` files count. Name it `….hbs` if it is to be written.',
    isError: false,
    parameters: { templates: 'mine' },
    files: { 'mine/notes.txt': 'x' },
  },
]

export const DOCUMENT: readonly Case[] = [
  {
    title: 'A document without channels',
    advice: 'There is nothing to generate.',
    isError: true,
    document: document({ channels: {} }),
  },
  {
    title: 'Every channel is left out',
    advice:
      'Each has its reason: no address, `include`, `exclude`, `protocols`, `side=operations`, no messages, `x-eventsource: { ignore: true }`.',
    isError: true,
    document: document({
      servers: { queue: { host: 'a.example', protocol: 'kafka' } },
      channels: {
        far: { address: 'far', messages: { said: message } },
        nowhere: { address: null, messages: { said: message } },
        ignored: { address: 'x', 'x-eventsource': { ignore: true }, messages: { said: message } },
        silent: { address: 'silent', servers: [], messages: {} },
      },
    }),
  },
  {
    title: 'One channel is left out',
    advice: 'The others are generated.',
    isError: false,
    document: document({
      channels: {
        room: { address: 'room', messages: { said: message } },
        mail: { address: 'mail', messages: { said: message } },
      },
    }),
    parameters: { exclude: 'mail' },
  },
  {
    title: 'Parameters that cannot be told apart',
    advice: 'Put a slash between them.',
    isError: false,
    document: channel({ address: '{a}-{b}', parameters: { a: {}, b: {} } }),
  },
  {
    title: 'A parameter that is neither text, number nor boolean',
    advice: 'It is taken as text. AsyncAPI 2.x allows any schema here.',
    isError: false,
    document: {
      asyncapi: '2.6.0',
      info: { title: 'Rooms', version: '1.0.0' },
      channels: {
        'rooms/{roomId}': {
          parameters: { roomId: { schema: { type: 'object' } } },
          subscribe: { message },
        },
      },
    },
  },
  {
    title: 'Two channels of one name',
    advice: 'Give one of them a name: `x-eventsource: { name }`, or choose another `naming`.',
    isError: false,
    document: document({
      channels: {
        first: { address: 'room', messages: { said: message } },
        second: { address: '/room', messages: { said: message } },
      },
    }),
  },
  {
    title: 'Two models of one name',
    advice:
      'The channel’s name goes in front, then numbers. Name the message to have it otherwise.',
    isError: false,
    document: document({
      channels: {
        room: { address: 'room', messages: { said: { payload: { type: 'string' } } } },
        hall: { address: 'hall', messages: { said: { payload: { type: 'number' } } } },
      },
    }),
  },
  {
    title: 'An event name that cannot be sent',
    advice: 'An `event:` line holds no line breaks and no NUL, and a channel has each name once.',
    isError: false,
    document: channel({}, { a: { ...message, name: 'two\nlines' }, b: message }),
  },
  {
    title: 'A security scheme that is no HTTP header, query or cookie',
    advice: 'Pass what it needs in the client’s `headers`.',
    isError: false,
    document: document({
      servers: {
        main: {
          host: 'a.example',
          protocol: 'https',
          security: [{ $ref: '#/components/securitySchemes/certificate' }],
        },
      },
      components: { securitySchemes: { certificate: { type: 'X509' } } },
    }),
  },
]

/** A schema with others in it, so many levels deep. */
function nested(levels: number): object {
  let schema: object = { type: 'string' }
  for (let level = 0; level < levels; level += 1) schema = { type: 'array', items: schema }
  return schema
}

export const SCHEMAS: readonly Case[] = [
  {
    title: 'Schemas that are nested without measure',
    advice: 'Real documents have some twenty levels. Name what stands inside.',
    isError: true,
    document: withPayload(nested(300)),
  },
  {
    title: 'A schema format that the generator does not read',
    advice:
      'The parser reads JSON Schema, Avro, Protobuf, RAML and OpenAPI, where its schema parsers are installed.',
    isError: true,
    document: withPayload({ schemaFormat: 'text/x-unknown', schema: { a: 1 } }),
  },
  {
    title: 'A content type that is neither JSON nor text',
    advice: 'Say `application/json`, or `text/…` for a payload of type string.',
    isError: false,
    document: withPayload(payload, { contentType: 'application/octet-stream' }),
  },
  {
    title: 'A pattern that is no regular expression',
    advice: 'Patterns are those of JavaScript. This one is left unchecked.',
    isError: false,
    document: withPayload({ type: 'string', pattern: '(' }),
  },
  {
    title: 'A pattern that can take for ever',
    advice:
      'Write it without a repetition inside a repetition, or without `pattern` where strangers send the text.',
    isError: false,
    document: withPayload({ type: 'string', pattern: '^(a+)+$' }),
  },
]

export const OUTPUT: readonly Case[] = [
  {
    title: 'Two templates for one file',
    advice: 'Some file systems ignore case. Rename one of the templates.',
    isError: true,
    parameters: { templates: 'mine' },
    files: { 'mine/INDEX.ts.hbs': 'export {}' },
  },
  {
    title: 'A symbolic link that leads out',
    advice: 'Nothing is written outside of the output folder.',
    isError: true,
    links: ['out/payloads'],
  },
  {
    title: 'A file where a folder has to be',
    advice: 'Move it.',
    isError: true,
    files: { 'out/payloads': 'x' },
  },
  {
    title: 'A path that leads out',
    advice: 'A backslash, `..` or an empty part in the path of a template. Rename it.',
    isError: true,
    parameters: { templates: 'mine' },
    files: { 'mine/a\\b.ts.hbs': 'export {}' },
  },
  {
    title: 'A link where files are made',
    advice: 'Files are made in this folder and moved to their place.',
    isError: true,
    links: ['out/.eventsource-tmp'],
  },
  {
    title: 'A file called like a template',
    advice: 'The generator copies the templates into the output before they are rendered.',
    isError: true,
    files: { 'out/index.ts.hbs': 'mine' },
  },
  {
    title: 'A link called like a template',
    advice: 'The same.',
    isError: true,
    links: ['out/index.ts.hbs'],
  },
  {
    title: 'A folder where a file has to be',
    advice: 'Move it.',
    isError: true,
    files: { 'out/index.ts/x': 'x' },
  },
  {
    title: 'A starter file of yours',
    advice: '`scaffold=true` writes what is missing, and what you have not changed.',
    isError: false,
    parameters: { scaffold: 'true' },
    files: { 'out/package.json': '{}' },
  },
  {
    title: 'ES modules want extensions',
    advice:
      'Your `tsconfig.json` and `package.json` say so; without it the imports are errors there.',
    isError: false,
    files: {
      'tsconfig.json': '{"compilerOptions":{"module":"nodenext"}}',
      'package.json': '{"type":"module"}',
    },
  },
  {
    title: 'Plugins of Prettier',
    advice: 'Your other options are used.',
    isError: false,
    files: { '.prettierrc.json': '{"plugins":["prettier-plugin-x"]}' },
  },
  {
    title: 'A file of megabytes',
    advice:
      'Above four million characters a file is written as the template gives it, correct but not pretty.',
    isError: false,
    parameters: { templates: 'mine' },
    files: { 'mine/big.ts.hbs': `// ${'x'.repeat(4_000_001)}\n` },
  },
]

export const TEMPLATES: readonly Case[] = [
  {
    title: 'Text of the document without a filter',
    advice: 'Print it through the filter for the place: [the rule](customising.md#the-rule).',
    isError: true,
    parameters: { templates: 'mine' },
    files: { 'mine/a.ts.hbs': '// one\n{{info.title}}\n' },
  },
  {
    title: 'A name that is not there',
    advice: 'All names: [what a template sees](template-context.md).',
    isError: true,
    parameters: { templates: 'mine' },
    files: { 'mine/a.ts.hbs': '{{#each chanels}}{{/each}}\n' },
  },
  {
    title: 'A filter that is not there',
    advice: 'The filters are listed. A fork adds its own in `filters/filters.ts`.',
    isError: true,
    parameters: { templates: 'mine' },
    files: { 'mine/a.ts.hbs': '{{litteral info.title}}\n' },
  },
  {
    title: 'A filter with a named argument',
    advice: 'Arguments stand one after the other.',
    isError: true,
    parameters: { templates: 'mine' },
    files: { 'mine/a.ts.hbs': '{{literal info.title quote="single"}}\n' },
  },
  {
    title: 'A block that is not there',
    advice: 'Templates have no more logic than this. What they need to know belongs into the view.',
    isError: true,
    parameters: { templates: 'mine' },
    files: { 'mine/a.ts.hbs': '{{#when side}}{{/when}}\n' },
  },
  {
    title: 'A list or an object without a filter',
    advice: 'Go through a list with `{{#each}}`, or print it with `{{json …}}`.',
    isError: true,
    parameters: { templates: 'mine' },
    files: { 'mine/a.ts.hbs': '{{channels}}\n' },
  },
  {
    title: 'Output that is no valid code',
    advice:
      'The template is at fault. The message has the line of the output, not of the template.',
    isError: true,
    parameters: { templates: 'mine' },
    files: { 'mine/a.ts.hbs': 'export const = 1\n' },
  },
]

export const SECTIONS: readonly (readonly [string, readonly Case[]])[] = [
  ['Parameters', PARAMETERS],
  ['Channels, messages, security', DOCUMENT],
  ['Schemas', SCHEMAS],
  ['The output folder', OUTPUT],
  ['Templates', TEMPLATES],
]

/** Puts a case's files into a folder. */
export function prepare({ files = {}, links = [] }: Case, folder: string, elsewhere: string): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  for (const path of links) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    symlinkSync(elsewhere, join(folder, path))
  }
}

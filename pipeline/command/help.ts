import { flagOf, type ParameterDescription } from './arguments'

const WIDTH = 96
const INDENT = 26

/** The text of `--help`: usage, options, and all template parameters with their descriptions in package.json. */
export function helpText(parameters: Readonly<Record<string, ParameterDescription>>): string {
  const options: [string, string][] = [
    ['-o, --output <folder>', 'Output folder.'],
    [
      '-p, --param <name=value>',
      'A template parameter; may be repeated. Each is a flag as well, see below.',
    ],
    [
      '-n, --no-overwrite <glob>',
      'Files of the output folder that are left as they are; may be repeated.',
    ],
    ['-w, --watch', 'Generate again after each change of the document or of a file it refers to.'],
    ['-h, --help', 'Show this text.'],
    ['-v, --version', 'Show the version.'],
  ]
  const exitCodes: [string, string][] = [
    ['0', 'The output was written, or was already up to date.'],
    [
      '1',
      'An error in the document, a parameter value, a template or the output folder, or a difference with --check; nothing was written.',
    ],
    ['2', 'The call is wrong: an unknown option, a missing argument.'],
  ]
  const flags = Object.entries(parameters).map(
    ([name, { description, default: value }]): [string, string] => [
      `--${flagOf(name)}${value === 'false' ? '' : ' <value>'}`,
      `${description}${value === undefined || value === 'false' ? '' : ` Default: ${value}.`}`,
    ],
  )
  return [
    'Usage: asyncapi-eventsource-template <document> -o <folder> [options]',
    '',
    'Generates typed TypeScript for Server-Sent Events from an AsyncAPI document.',
    'The document is a file, an http(s) URL, or - for standard input.',
    '',
    'Options:',
    ...options.map(row),
    '',
    'Template parameters:',
    ...flags.map(row),
    '',
    'Exit codes:',
    ...exitCodes.map(row),
  ].join('\n')
}

function row([name, text]: readonly [string, string]): string {
  const lines = wrap(text, WIDTH - INDENT)
  const head = `  ${name}`
  const first = head.length < INDENT - 1 ? `${head.padEnd(INDENT)}${lines.shift() ?? ''}` : head
  return [first, ...lines.map((line) => ' '.repeat(INDENT) + line)].join('\n')
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= width) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

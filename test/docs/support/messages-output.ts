import { message } from './documents'
import type { Case } from './message-case'

export const OUTPUT: readonly Case[] = [
  {
    title: 'A file that was not generated',
    advice: 'The run would overwrite it. Move the file, or name it with `--no-overwrite`.',
    isError: true,
    files: { 'out/index.ts': 'mine' },
  },
  {
    title: 'A generated file that was edited',
    advice: 'The edits are lost, except in your version control. Override the template instead.',
    isError: false,
    files: {
      'out/index.ts': 'mine',
      'out/.eventsource-files.json': '{ "files": { "index.ts": { "hash": "x", "source": "x" } } }',
    },
  },
  {
    title: 'Two templates for one file',
    advice: 'Some file systems ignore case. Rename one of the templates.',
    isError: true,
    parameters: { templates: 'mine' },
    files: { 'mine/INDEX.ts.hbs': 'export {}' },
  },
  {
    title: 'A template that writes a file twice',
    advice: 'Without side=operations, no list has a channel twice.',
    isError: true,
    document: {
      asyncapi: '2.6.0',
      info: { title: 'Chat', version: '1.0.0' },
      channels: { chat: { publish: { message }, subscribe: { message } } },
    },
    parameters: { templates: 'mine', side: 'operations' },
    files: { 'mine/pages/[channel].md.hbs': '{{channel.name}}' },
  },
  {
    title: 'A symbolic link to a target outside the output folder',
    advice: 'Nothing is written outside of the output folder.',
    isError: true,
    links: ['out/payloads'],
  },
  {
    title: 'A file in place of a folder',
    advice: 'Move it.',
    isError: true,
    files: { 'out/payloads': 'x' },
  },
  {
    title: 'A file in place of the output folder',
    advice: 'Nothing of the file is lost. Pass another folder.',
    isError: true,
    files: { out: 'x' },
  },
  {
    title: 'A path outside the output folder',
    advice: 'A backslash, `..` or an empty part in the path of a template. Rename it.',
    isError: true,
    parameters: { templates: 'mine' },
    files: { 'mine/a\\b.ts.hbs': 'export {}' },
  },
  {
    title: 'A symbolic link in place of the temporary folder',
    advice: 'The run writes files into this folder first and then moves them.',
    isError: true,
    links: ['out/.eventsource-tmp'],
  },
  {
    title: 'A file with the name of a template',
    advice: 'The generator copies the templates into the output folder before it renders them.',
    isError: true,
    files: { 'out/index.ts.hbs': 'mine' },
  },
  {
    title: 'A symbolic link with the name of a template',
    advice: 'The generator copies the templates into the output folder before it renders them.',
    isError: true,
    links: ['out/index.ts.hbs'],
  },
  {
    title: 'A folder in place of a file',
    advice: 'Move it.',
    isError: true,
    files: { 'out/index.ts/x': 'x' },
  },
  {
    title: 'An edited scaffold file',
    advice: '`scaffold=true` writes missing files and files that you have not changed.',
    isError: false,
    parameters: { scaffold: 'true' },
    files: { 'out/package.json': '{}' },
  },
  {
    title: 'Imports with extensions',
    advice:
      'This is what `importExtension=auto` detected. Set `-p importExtension` to decide it yourself.',
    isError: false,
    files: {
      'tsconfig.json': '{"compilerOptions":{"module":"nodenext"}}',
      'package.json': '{"type":"module"}',
    },
  },
  {
    title: 'Prettier plugins',
    advice: 'Your other options are used.',
    isError: false,
    files: { '.prettierrc.json': '{"plugins":["prettier-plugin-x"]}' },
    runsCommand: true,
  },
  {
    title: 'A broken Prettier configuration',
    advice: 'The file is named. Correct it, or remove it.',
    isError: true,
    files: { '.prettierrc': '{ semi: false\n' },
    runsCommand: true,
  },
  {
    title: 'A very large file',
    advice: 'A file above four million characters is written without formatting.',
    isError: false,
    parameters: { templates: 'mine' },
    files: { 'mine/big.ts.hbs': `// ${'x'.repeat(4_000_001)}\n` },
  },
]

export const TEMPLATES: readonly Case[] = [
  {
    title: 'Text of the document without a filter',
    advice: 'Print it through the filter for the place: [the rule](customizing.md#the-rule).',
    isError: true,
    parameters: { templates: 'mine' },
    files: { 'mine/a.ts.hbs': '// one\n{{info.title}}\n' },
  },
  {
    title: 'An unknown name',
    advice: 'All names: [the template context](template-context.md).',
    isError: true,
    parameters: { templates: 'mine' },
    files: { 'mine/a.ts.hbs': '{{#each chanels}}{{/each}}\n' },
  },
  {
    title: 'An unknown filter',
    advice: 'The filters are listed. A fork adds its own in `filters/index.ts`.',
    isError: true,
    parameters: { templates: 'mine' },
    files: { 'mine/a.ts.hbs': '{{litteral info.title}}\n' },
  },
  {
    title: 'An unknown partial',
    advice: 'The partials are those of `partials/` in the pack and in your folder of templates.',
    isError: true,
    parameters: { templates: 'mine' },
    files: { 'mine/a.ts.hbs': '{{> model-clas}}\n' },
  },
  {
    title: 'A filter with a named argument',
    advice: 'Pass positional arguments.',
    isError: true,
    parameters: { templates: 'mine' },
    files: { 'mine/a.ts.hbs': '{{literal info.title quote="single"}}\n' },
  },
  {
    title: 'An unknown block',
    advice: 'Templates have no other logic. Compute other values in the view.',
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
    title: 'Output that is not valid code',
    advice: 'The template is wrong. The line number is that of the output, not of the template.',
    isError: true,
    parameters: { templates: 'mine' },
    files: { 'mine/a.ts.hbs': 'export const = 1\n' },
  },
]

import { llmsText, readPages } from '../../scripts/llms-text'

const entries = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('- '))

it('lists each page of docs/ once', () => {
  const pages = readPages()
  const links = entries(llmsText(pages)).map((line) => /\]\(([^)]+)\)/.exec(line)?.[1])
  expect(links.sort()).toEqual(pages.map(({ path }) => path).sort())
  expect(links).toContain('docs/parameters.md')
})

it('puts getting started first and pages for contributors last', () => {
  const paths = ['docs/architecture.md', 'docs/a.md', 'docs/getting-started.md']
  const text = llmsText(paths.map((path) => ({ path, text: `# T\n\nText.\n` })))
  expect(entries(text)).toEqual([
    '- [T](docs/getting-started.md): Text.',
    '- [T](docs/a.md): Text.',
    '- [T](docs/architecture.md): Text.',
  ])
  expect(text.indexOf('## Optional')).toBeGreaterThan(text.indexOf('docs/a.md'))
})

it.each([
  ['the first sentence, without links', 'See [a](b.md) now. And more.', 'See a now.'],
  [
    'a sentence with a version number',
    'It needs Node.js 20.19 or later. More.',
    'It needs Node.js 20.19 or later.',
  ],
  ['a sentence over two lines', 'One\ntwo. Three.', 'One two.'],
  ['the introduction of a list as a sentence', 'These are there:\n\n- a', 'These are there.'],
  ['text below a code block', '```sh\nnpm ci. x\n\ny\n```\n\nText.', 'Text.'],
  [
    'text below a table, a comment, an image and a heading',
    '| a. |\n\n<!-- b. -->\n\n![c.](d)\n\n## E.\n\nText.',
    'Text.',
  ],
])('takes %s', (_, body, sentence) => {
  const text = llmsText([{ path: 'docs/a.md', text: `---\ntitle: x\n---\n\n# Title\n\n${body}\n` }])
  expect(entries(text)).toEqual([`- [Title](docs/a.md): ${sentence}`])
})

it.each(['Text without a title.', '# Title\n\n| only | a table |'])(
  'refuses the page %j and names its path',
  (text) => {
    expect(() => llmsText([{ path: 'docs/a.md', text }])).toThrow(/^docs\/a\.md: /)
  },
)

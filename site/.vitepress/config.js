import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))
const manifest = JSON.parse(readFileSync(at('../../package.json'), 'utf8'))
const repository = manifest.repository.url.replaceAll(/^git\+|\.git$/g, '')

/** Pages by group, in reading order. Pages of docs/ that no group names are in the last group. */
const GROUPS = {
  Start: ['getting-started', 'command', 'parameters', 'generated-code', 'comparison', 'migrating'],
  Client: ['client', 'user-interfaces', 'vite', 'auth', 'request-streams'],
  Server: [
    'server',
    'hosts',
    'snapshot-then-live',
    'runs',
    'scaling',
    'capacity',
    'deploying',
    'capacity',
  ],
  Documents: ['models', 'evolving', 'messages'],
  'In a project': ['ci-and-git', 'runtime-package', 'customizing', 'template-context'],
  Reference: ['glossary', 'troubleshooting', 'security', 'compatibility'],
  Contributing: ['contributing', 'architecture', 'changelog', 'security-policy'],
}

/** The title of a page: its first heading, without markup. */
function titleOf(page) {
  const text = readFileSync(at(`../pages/${page}.md`), 'utf8')
  return (/^# (.+)$/m.exec(text)?.[1] ?? page).replaceAll('`', '')
}

const item = (page) => ({ text: titleOf(page), link: `/${page}` })

function sidebar() {
  const pages = readdirSync(at('../pages'))
    .filter((name) => name.endsWith('.md') && name !== 'index.md' && name !== 'playground.md')
    .map((name) => name.slice(0, -'.md'.length))
  const named = new Set(Object.values(GROUPS).flat())
  const groups = Object.entries(GROUPS).map(([text, names]) => ({
    text,
    collapsed: false,
    items: names.filter((name) => pages.includes(name)).map((name) => itemsOf(name)),
  }))
  const others = pages.filter((page) => !named.has(page)).map(item)
  if (others.length > 0) groups.push({ text: 'More', items: others })
  groups.push({ text: 'Modules of the runtime', collapsed: true, items: moduleItems() })
  return groups
}

/** A page, with the pages below it. */
function itemsOf(page) {
  if (page !== 'parameters') return item(page)
  const items = Object.keys(manifest.generator.parameters).map((name) => ({
    text: name,
    link: `/parameters/${name}`,
  }))
  return { ...item(page), collapsed: true, items }
}

function moduleItems() {
  const folder = at('../pages/reference')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md') && name !== 'index.md')
    .map((name) => name.slice(0, -'.md'.length))
    .map((name) => ({ text: name, link: `/reference/${name}` }))
}

/** The anchors of GitHub, so that links work in both places. */
function slugify(text) {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}

/** Prints inline code as it is: Vue would evaluate `{{ }}` in it. */
function plainInlineCode(md) {
  md.renderer.rules.code_inline = (tokens, index) =>
    `<code v-pre>${md.utils.escapeHtml(tokens[index].content)}</code>`
}

/** Gives each row of a table an id if its first cell is a name in code: options can be linked to. */
function optionRows(md) {
  md.core.ruler.push('option-rows', ({ tokens }) => {
    const seen = new Set()
    tokens.forEach((token, index) => {
      const cell = tokens[index + 2]
      if (token.type !== 'tr_open' || tokens[index + 1]?.type !== 'td_open') return
      const name = /^`(\w+)/.exec(cell?.content ?? '')?.[1]
      if (name === undefined || seen.has(name)) return
      seen.add(name)
      token.attrSet('id', `option-${name}`)
    })
  })
}

export default defineConfig({
  title: 'asyncapi-eventsource-template',
  description: manifest.description,
  srcDir: 'pages',
  outDir: 'dist',
  cleanUrls: true,
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  // GitHub Pages serves a project below its name: DOCS_BASE=/asyncapi-eventsource-template/
  base: process.env.DOCS_BASE ?? '/',
  markdown: {
    anchor: { slugify },
    languageAlias: { mustache: 'handlebars' },
    config(md) {
      plainInlineCode(md)
      optionRows(md)
    },
  },
  transformPageData({ relativePath, frontmatter }) {
    // Each member has headings such as "Parameters" and "Returns".
    if (relativePath.startsWith('reference/')) frontmatter.outline = 2
    if (relativePath === 'messages.md') frontmatter.pageClass = 'messages'
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Guide', link: '/getting-started' },
      { text: 'Parameters', link: '/parameters' },
      { text: 'Reference', link: '/reference/' },
      { text: 'Playground', link: '/playground' },
    ],
    sidebar: sidebar(),
    socialLinks: [{ icon: 'github', link: repository }],
  },
})

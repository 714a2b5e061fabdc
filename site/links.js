import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

/**
 * Checks every link of a built site: to a page, to an anchor in it, and to files.
 * @param folder the built site
 * @param base the path that the site is served under, with slashes at both ends
 */
export function checkLinks(folder, base = process.env.DOCS_BASE ?? '/') {
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.html'))
    .map((path) => path.split(sep).join('/'))
  const texts = new Map(pages.map((page) => [page, readFileSync(join(folder, page), 'utf8')]))
  const ids = new Map(
    [...texts].map(([page, text]) => [
      page,
      new Set([...text.matchAll(/\bid="([^"]+)"/g)].map((match) => match[1])),
    ]),
  )
  const broken = [...texts].flatMap(([page, text]) =>
    [...new Set([...text.matchAll(/\b(?:href|src)="([^"]*)"/g)].map((match) => match[1]))]
      .filter((link) => !/^(?:[a-z]+:|\/\/)/.test(link))
      .filter((link) => !hasTarget(link, page))
      .map((link) => `${page}: ${link}`),
  )
  return { pages: pages.length, broken }

  function hasTarget(link, from) {
    const [, path = '', , anchor] = /^([^?#]*)(\?[^#]*)?(?:#(.*))?$/.exec(
      link.replaceAll('&amp;', '&'),
    )
    const page = path === '' ? from : fileOf(path, from)
    if (page === undefined) return false
    if (anchor === undefined || anchor === '') return true
    return ids.get(page)?.has(decodeURIComponent(anchor)) === true
  }

  function fileOf(path, from) {
    const file = path.startsWith('/')
      ? path.startsWith(base) && path.slice(base.length)
      : join(dirname(from), path)
    if (file === false) return undefined
    const candidates = [file, `${file}.html`, join(file, 'index.html')].map(decodeURIComponent)
    return (
      candidates.find((candidate) => texts.has(candidate)) ??
      candidates.find((candidate) => candidate !== '' && existsSync(join(folder, candidate)))
    )
  }
}

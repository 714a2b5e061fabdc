/**
 * A glob over addresses, keys and operation ids: `*` stops at a slash, `**` does not, everything else is literal, braces
 * too (they are parameters in an address). Leading slashes do not count.
 */
export function matchesGlob(glob: string, text: string): boolean {
  return globExpression(glob).test(withoutLeadingSlash(text))
}

function globExpression(glob: string): RegExp {
  const source = withoutLeadingSlash(glob)
    .split(/(\*+)/)
    .map((part) =>
      part.startsWith('*')
        ? part.length > 1
          ? '.*'
          : '[^/]*'
        : part.replaceAll(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`),
    )
    .join('')
  return new RegExp(`^${source}$`, 's')
}

function withoutLeadingSlash(text: string): string {
  return text.replace(/^\/+/, '')
}

/**
 * Matches addresses, keys and operation ids: `*` does not match a slash, `**` does. All other characters are literal,
 * including braces (parameters of an address). Leading slashes are ignored.
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

import Handlebars from 'handlebars'
import { closestMatch, didYouMean } from '../suggest'

/** Notes about partials of a user that no template uses: their names are misspelled, or are from another version of the pack. */
export function unusedPartials(
  own: readonly string[],
  packPartials: readonly string[],
  sources: readonly string[],
): string[] {
  if (own.length === 0) return []
  const used = new PartialNames()
  for (const source of sources) {
    try {
      used.accept(Handlebars.parse(source))
    } catch {
      // The engine reports the error when it compiles the template.
    }
  }
  return own
    .filter((name) => !used.names.has(name))
    .map(
      (name) =>
        `no template uses the partial "${name}"${didYouMean(closestMatch(name, packPartials))}`,
    )
}

class PartialNames extends Handlebars.Visitor {
  readonly names = new Set<string>()

  override PartialStatement(partial: hbs.AST.PartialStatement): void {
    this.#add(partial)
    super.PartialStatement(partial)
  }

  override PartialBlockStatement(partial: hbs.AST.PartialBlockStatement): void {
    this.#add(partial)
    super.PartialBlockStatement(partial)
  }

  #add({ name }: Pick<hbs.AST.PartialStatement, 'name'>): void {
    if ('original' in name) this.names.add(String(name.original))
  }
}

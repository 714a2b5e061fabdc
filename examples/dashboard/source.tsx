// The source of shop.ts, beside the page.

/** The text of shop.ts; scripts/demo.js defines it. */
declare const SHOP_SOURCE: string

const TOKEN = new RegExp(
  [
    String.raw`(?<comment>\/\/.*|\/\*[^]*?\*\/)`,
    String.raw`(?<string>'[^'\n]*')`,
    String.raw`\b(?<keyword>import|from|type|export|interface|function|return|const|if|as)\b`,
  ].join('|'),
  'g',
)

export function Source() {
  return (
    <section className="source">
      <h2>
        Source <span>examples/dashboard/shop.ts</span>
      </h2>
      <pre tabIndex={0}>
        <code>{highlight(SHOP_SOURCE)}</code>
      </pre>
    </section>
  )
}

function highlight(text: string) {
  const parts = []
  let end = 0
  for (const { 0: token, index, groups = {} } of text.matchAll(TOKEN)) {
    const kind = Object.keys(groups).find((name) => groups[name] !== undefined)
    parts.push(
      text.slice(end, index),
      <span key={index} className={kind}>
        {token}
      </span>,
    )
    end = index + token.length
  }
  return [...parts, text.slice(end)]
}

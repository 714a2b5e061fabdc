// The plot of docs/capacity.md: three small charts over the number of clients, on a logarithmic axis.
const WIDTH = 720
const HEIGHT = 250
const PANEL = { width: 200, height: 150, left: 45, top: 40, gap: 40 }

const CHARTS = [
  { title: 'memory per client, KB', valueOf: ({ rss }) => rss / 1000 },
  { title: 'CPU per delivered event, µs', valueOf: ({ cpu }) => cpu },
  { title: 'event-loop delay, p99, ms', valueOf: ({ delay }) => delay },
]

/** The next 1, 2 or 5 times a power of ten. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= value)
}

function chartOf({ title, valueOf }, index, rows) {
  const left = PANEL.left + index * (PANEL.width + PANEL.gap)
  const bottom = PANEL.top + PANEL.height
  const counts = rows.map(({ count }) => count)
  const [first, last] = [Math.log(counts[0]), Math.log(counts.at(-1))]
  const top = roundUp(Math.max(1e-3, ...rows.map(valueOf)))
  const inset = 12
  const x = (count) =>
    left + inset + ((Math.log(count) - first) / (last - first || 1)) * (PANEL.width - 2 * inset)
  const y = (value) => bottom - (Math.max(0, value) / top) * PANEL.height
  const point = (row) => `${x(row.count).toFixed(1)},${y(valueOf(row)).toFixed(1)}`
  const lines = [0, 0.5, 1].flatMap((part) => {
    const at = y(part * top).toFixed(1)
    return [
      `<line x1="${left}" x2="${left + PANEL.width}" y1="${at}" y2="${at}" stroke="#8885"/>`,
      `<text x="${left - 5}" y="${Number(at) + 4}" text-anchor="end">${Number((part * top).toPrecision(2))}</text>`,
    ]
  })
  const labels = counts.map(
    (count) =>
      `<text x="${x(count).toFixed(1)}" y="${bottom + 16}" text-anchor="middle">${count}</text>`,
  )
  const dots = rows.map((row) => {
    const [cx, cy] = point(row).split(',')
    return `<circle cx="${cx}" cy="${cy}" r="3" fill="#3b82f6"/>`
  })
  return [
    `<text x="${left}" y="${PANEL.top - 15}" font-weight="bold">${title}</text>`,
    ...lines,
    ...labels,
    `<text x="${left + PANEL.width / 2}" y="${bottom + 34}" text-anchor="middle">clients</text>`,
    `<polyline points="${rows.map(point).join(' ')}" fill="none" stroke="#3b82f6" stroke-width="2"/>`,
    ...dots,
  ]
}

/** An SVG image that is readable on light and dark pages. */
function plotOf(rows) {
  const description = 'Memory, CPU and event-loop delay of one process over its number of clients'
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH + 40} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#888" role="img" aria-label="${description}">`,
    ...CHARTS.flatMap((chart, index) => chartOf(chart, index, rows)),
    '</svg>',
    '',
  ].join('\n')
}

module.exports = { plotOf }

const PANELS = [
  { key: 'flowsPerSecond', title: 'Flows per second', note: 'more is better', digits: 0 },
  { key: 'p99', title: 'p99 of a flow, ms', note: 'less is better', digits: 0 },
  { key: 'cpuMs', title: 'CPU of the server per flow, ms', note: 'less is better', digits: 2 },
];
const WIDTH = 760;
const NAME_WIDTH = 110;
const VALUE_WIDTH = 60;
const ROW = 24;
const HEADING = 34;
const GAP = 18;
const PADDING = 20;
const COLOURS = { floor: '#9aa4b2', proofline: '#2563eb' };
const OTHER = '#c98a2b';

/** Draws one SVG bar chart per key figure. */
export function chart({ title, summary }) {
  const panelHeight = HEADING + summary.length * ROW + GAP;
  const height = PADDING * 2 + ROW + PANELS.length * panelHeight - GAP;
  const panels = PANELS.map((panel, i) =>
    drawPanel(panel, summary, PADDING + ROW + i * panelHeight),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13" fill="#1f2937">`,
    `<title>${title}: ${summary.map(({ name }) => name).join(', ')}</title>`,
    `<rect width="${WIDTH}" height="${height}" rx="8" fill="#ffffff"/>`,
    text(PADDING, PADDING + 12, title, 'font-size="15" font-weight="600"'),
    ...panels.flat(),
    '</svg>',
    '',
  ].join('\n');
}

function drawPanel({ key, title, note, digits }, summary, top) {
  const longest = Math.max(...summary.map((subject) => subject[key].value));
  const room = WIDTH - 2 * PADDING - NAME_WIDTH - VALUE_WIDTH;
  const heading = `${title} <tspan fill="#6b7280" font-weight="400">(${note})</tspan>`;
  const bars = summary.flatMap(({ name, [key]: { value } }, i) => {
    const y = top + HEADING + i * ROW;
    const width = Math.max(1, (value / longest) * room);
    const left = PADDING + NAME_WIDTH;
    return [
      text(PADDING, y + 12, name),
      `<rect x="${left}" y="${y}" width="${width.toFixed(1)}" height="16" rx="2" fill="${COLOURS[name] ?? OTHER}"/>`,
      text((left + width + 8).toFixed(1), y + 12, value.toFixed(digits)),
    ];
  });
  return [text(PADDING, top + 20, heading, 'font-weight="600"'), ...bars];
}

const text = (x, y, content, more = '') =>
  `<text x="${x}" y="${y}"${more && ` ${more}`}>${content}</text>`;

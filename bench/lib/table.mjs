/** Markdown table of the summary: each figure, and in brackets its ratio to the first subject. */
export function markdownTable(summary, columns) {
  const rows = summary.map((subject, i) => [
    subject.name,
    ...columns.map(({ key, digits }) => cell(subject[key], digits, i === 0)),
  ]);
  const lines = [['', ...columns.map(({ title }) => title)], ...rows];
  const widths = lines[0].map((_, i) => Math.max(3, ...lines.map((line) => line[i].length)));
  const written = lines.map((line) => row(line.map((text, i) => pad(text, widths[i], i))));
  const rule = widths.map((width, i) =>
    i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [written[0], row(rule), ...written.slice(1)].join('\n');
}

function cell({ value, ratio }, digits, isBase) {
  if (!Number.isFinite(value)) return '–';
  const text = value.toFixed(digits);
  return isBase || !Number.isFinite(ratio) ? text : `${text} (${ratio.toFixed(2)})`;
}

const row = (cells) => `| ${cells.join(' | ')} |`;
const pad = (text, width, column) => (column === 0 ? text.padEnd(width) : text.padStart(width));

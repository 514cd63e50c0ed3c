import { COLUMNS } from './columns.mjs';

/** A Markdown table of the summary: each figure, and its ratio to the base. */
export function markdownTable(summary, columns = COLUMNS) {
  const rows = summary.map((subject) => [
    subject.name,
    ...columns.map(({ key, digits }) => cell(subject[key], digits)),
  ]);
  const lines = [['', ...columns.map(({ title }) => title)], ...rows];
  const widths = lines[0].map((_, i) => Math.max(3, ...lines.map((line) => line[i].length)));
  const written = lines.map((line) => row(line.map((text, i) => pad(text, widths[i], i))));
  const rule = row(
    widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)),
  );
  return [written[0], rule, ...written.slice(1)].join('\n');
}

function cell({ value, ratio }, digits) {
  if (!Number.isFinite(value)) return '–';
  const text = value.toFixed(digits);
  return Number.isFinite(ratio) ? `${text} (${ratio.toFixed(2)})` : text;
}

const row = (cells) => `| ${cells.join(' | ')} |`;
const pad = (text, width, column) => (column === 0 ? text.padEnd(width) : text.padStart(width));

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chart } from './chart.mjs';
import { resultText } from './text.mjs';

const docs = (name) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
const RESULTS = docs('benchmark.json');
const PAGE = docs('performance.md');
const CHART = docs('images/benchmark.svg');
/** The section that the chart shows. */
const MAIN = 'main';

/** Stores the result of a run and regenerates the documents. */
export function record(name, result) {
  const results = { ...readResults(), [name]: result };
  writeFileSync(RESULTS, `${JSON.stringify(results, brief, 2)}\n`);
  writeDocuments();
}

/** A measurement has fewer than five significant digits. */
const brief = (_key, value) => (typeof value === 'number' ? Number(value.toPrecision(5)) : value);

export function writeDocuments() {
  for (const [path, text] of documents()) writeFileSync(path, text);
}

/** Paths of the documents that differ from the stored results. */
export function outdated() {
  return documents()
    .filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text)
    .map(([path]) => path);
}

function documents() {
  const results = readResults();
  const page = [PAGE, withResults(readFileSync(PAGE, 'utf8'), results)];
  return results[MAIN] ? [page, [CHART, chart(results[MAIN].parts[0])]] : [page];
}

/** Replaces the text between the markers of each section. */
function withResults(page, results) {
  return page.replaceAll(
    /(<!-- benchmark: ([\w-]+) -->\n)[\s\S]*?(<!-- \/benchmark -->)/g,
    (_, begin, name, end) => {
      const text = results[name] ? resultText(results[name]) : 'Not measured yet.';
      return `${begin}<!-- prettier-ignore-start -->\n\n${text}\n\n<!-- prettier-ignore-end -->\n${end}`;
    },
  );
}

function readResults() {
  return existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {};
}

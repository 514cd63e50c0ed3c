/** `npm run docs:bench` regenerates what is made from docs/benchmark.json; --check names outdated files. */
import { outdated, writeDocuments } from './lib/documents.mjs';

if (process.argv.includes('--check')) {
  const paths = outdated();
  for (const path of paths) console.error(`${path} is out of date: run "npm run docs:bench"`);
  process.exitCode = paths.length > 0 ? 1 : 0;
} else {
  writeDocuments();
}

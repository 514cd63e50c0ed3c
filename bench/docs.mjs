/** `npm run docs:bench`: writes what is made from docs/benchmark.json; with --check only says what is out of step. */
import { outdated, writeDocuments } from './lib/documents.mjs';

if (process.argv.includes('--check')) {
  const paths = outdated();
  for (const path of paths) console.error(`${path} is not what docs/benchmark.json gives`);
  process.exitCode = paths.length > 0 ? 1 : 0;
} else {
  writeDocuments();
}

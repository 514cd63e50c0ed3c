/**
 * Prints the tests that were skipped in every run, one a line: some tests are for root and some for everybody else, so a test
 * counts when it ran in one of the runs.
 *
 * node .ci/never-run.mjs <results that Jest wrote with --json --outputFile>…
 */
import { readFileSync } from 'node:fs';

const ran = new Set();
const skipped = new Set();
for (const path of process.argv.slice(2)) {
  for (const { name: file, assertionResults } of JSON.parse(readFileSync(path, 'utf8'))
    .testResults) {
    for (const { fullName, status } of assertionResults) {
      // The runs were in different checkouts.
      const name = `${file.slice(file.lastIndexOf('/tests/') + 1)}: ${fullName}`;
      if (status === 'passed' || status === 'failed') ran.add(name);
      else skipped.add(name);
    }
  }
}
for (const name of skipped) if (!ran.has(name)) console.log(name);

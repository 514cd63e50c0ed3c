/**
 * Prints the tests that every run skipped, one a line. Some tests run only as root and others only as an
 * ordinary user, so one run is enough.
 *
 * node .ci/lib/never-run.mjs <files that Jest wrote with --json --outputFile>…
 */
import { readFileSync } from 'node:fs';

const ran = new Set();
const skipped = new Set();
for (const path of process.argv.slice(2)) {
  for (const { name: file, assertionResults } of JSON.parse(readFileSync(path, 'utf8'))
    .testResults) {
    for (const { fullName, status } of assertionResults) {
      // Runs in different checkouts have different paths.
      const name = `${file.slice(file.lastIndexOf('/tests/') + 1)}: ${fullName}`;
      if (status === 'passed' || status === 'failed') ran.add(name);
      else skipped.add(name);
    }
  }
}
for (const name of skipped) if (!ran.has(name)) console.log(name);

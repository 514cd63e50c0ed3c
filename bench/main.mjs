import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bench } from './lib/bench.mjs';
import { record } from './lib/documents.mjs';
import { describeMachine } from './lib/machine.mjs';
import { measureAll } from './lib/measuring.mjs';
import { readOptions } from './lib/options.mjs';
import { variantsOf } from './lib/subjects.mjs';
import { resultText } from './lib/text.mjs';

const DATA = fileURLToPath(new URL('../.data', import.meta.url));
/** Share of a core. Past it the load generator may limit the subject. */
const BUSY = 0.8;

/** Runs the benchmark of the command line. Sets the exit code to 1 if a flow fails. */
export async function main(args) {
  const options = readOptions(args);
  const variants = variantsOf(options);
  mkdirSync(DATA, { recursive: true });
  const home = mkdtempSync(join(DATA, 'bench-'));
  const bench = new Bench(options, home);
  let stopped;
  const stop = () => (stopped ??= end(bench, home));
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => void stop().then(() => process.exit(1)));
  }
  try {
    // The result must not contain paths of this machine.
    const { node, json, record: section, ...settings } = options;
    const machine = describeMachine(node);
    const conditions = { at: new Date().toISOString(), machine, options: settings };
    await bench.start(variants);
    const result = { ...conditions, parts: await measureAll(bench, options, console.error) };
    printResult(result, await bench.faults());
    if (process.exitCode === 1) return;
    if (json) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
    if (section) record(section, result);
  } finally {
    await stop();
  }
}

async function end(bench, home) {
  await bench.stop();
  rmSync(home, { recursive: true, force: true });
}

function printResult(result, faults) {
  console.log(`\n${resultText(result)}\n`);
  for (const { summary } of result.parts) {
    for (const { name, cores } of summary) {
      if (cores.generator > BUSY) console.error(`${name}: the load generator reached its limit`);
    }
  }
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
}

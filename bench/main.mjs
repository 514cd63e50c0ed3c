import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bench } from './lib/bench.mjs';
import { readOptions } from './lib/options.mjs';
import { SUBJECTS } from './lib/subjects.mjs';
import { summarize } from './lib/summary.mjs';
import { markdownTable } from './lib/table.mjs';

const DATA = fileURLToPath(new URL('../.data', import.meta.url));
const BASE = 'floor';

/** Runs the benchmark that the command line asks for. Ends with 1 when a flow did not verify. */
export async function main(args) {
  const options = readOptions(args);
  mkdirSync(DATA, { recursive: true });
  const home = mkdtempSync(join(DATA, 'bench-'));
  const bench = new Bench(options, home);
  const stop = once(async () => {
    await bench.stop();
    rmSync(home, { recursive: true, force: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => stop().then(() => process.exit(1)));
  try {
    await bench.start(variantsOf(options));
    const rounds = await measure(bench, options);
    const faults = await bench.faults();
    const summary = summarize(rounds, BASE);
    console.log(`\n${markdownTable(summary)}\n`);
    tellCores(summary);
    for (const fault of faults) console.error(fault);
    if (options.json)
      writeFileSync(
        options.json,
        `${JSON.stringify({ options, machine: machine(), summary, rounds, faults }, null, 2)}\n`,
      );
    process.exitCode = faults.length > 0 ? 1 : 0;
  } finally {
    await stop();
  }
}

async function measure(bench, { rounds, clients, latency, smoke }) {
  const done = [];
  for (let number = 0; number < rounds; number += 1) {
    const reports = await bench.round(number, { latencyMs: latency, loadOf: () => ({ clients }) });
    done.push(reports);
    if (smoke) continue;
    const figures = Object.entries(reports).map(
      ([name, report]) => `${name} ${report.flowsPerSecond.toFixed(0)}/s`,
    );
    console.error(`round ${number + 1}: ${figures.join(', ')}`);
  }
  return done;
}

/** Who kept how many cores busy: the load generator and the stand-in have to leave room for the others. */
function tellCores(summary) {
  for (const { name, cores } of summary) {
    const parts = Object.entries(cores).map(([part, n]) => `${part} ${n.toFixed(2)}`);
    console.log(`cores busy with ${name}: ${parts.join(', ')}`);
  }
}

function variantsOf({ only, processes }) {
  const names = only ?? Object.keys(SUBJECTS);
  const unknown = names.filter((name) => !(name in SUBJECTS));
  if (unknown.length > 0) throw new Error(`unknown: ${unknown}; known: ${Object.keys(SUBJECTS)}`);
  const variants = names.map((name) => ({ name, subject: name }));
  if (processes > 1 && names.includes('proofline')) {
    variants.push({ name: `proofline ×${processes}`, subject: 'proofline', processes });
  }
  return variants;
}

function machine() {
  const [cpu] = cpus();
  return { cpu: cpu?.model, cores: cpus().length, node: process.version };
}

function once(work) {
  let done;
  return () => (done ??= work());
}

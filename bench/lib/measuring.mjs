import { median } from './statistics.mjs';
import { summarize } from './summary.mjs';

/** Measures the peak and, with `paced`, half of the peak at an even pace. */
export async function measureAll(bench, options, onProgress) {
  const { clients, latency, paced, smoke } = options;
  if (!smoke) await bench.warmUp({ latencyMs: latency, clients });
  const peak = await rounds(bench, options, onProgress, {
    latencyMs: latency,
    loadOf: () => ({ clients }),
  });
  const parts = [{ title: `${clients} clients${after(latency)}`, summary: summarize(peak) }];
  if (paced !== undefined) {
    const half = (name) => median(peak.map((round) => round[name].flowsPerSecond)) / 2;
    const steady = await rounds(bench, options, onProgress, {
      latencyMs: paced,
      loadOf: (name) => ({ rate: half(name) }),
    });
    parts.push({ title: `Half of that, evenly paced${after(paced)}`, summary: summarize(steady) });
  }
  return parts;
}

async function rounds(bench, { rounds: n }, onProgress, load) {
  const done = [];
  for (let number = 0; number < n; number += 1) {
    const reports = await bench.round(number, load);
    done.push(reports);
    const figures = Object.entries(reports).map(
      ([name, { flowsPerSecond }]) => `${name} ${flowsPerSecond.toFixed(0)}/s`,
    );
    onProgress(`round ${number + 1}: ${figures.join(', ')}`);
  }
  return done;
}

const after = (ms) => (ms > 0 ? `, the provider answers after ${ms} ms` : '');

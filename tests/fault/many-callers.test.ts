import type { Request, Response } from 'express';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ipLimit } from '../../src/middlewares/ip-limit.js';
import { recordMeasurement } from './support/measurements.js';
import { ProcessHarness } from './support/process-harness.js';

const CALLERS = Number(process.env['FAULT_CALLERS'] ?? 100_000);
const address = (n: number) => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

test(`counters for ${CALLERS} addresses stay small and are freed after the window`, async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed / 1024 / 1024;
  };
  const [limit] = ipLimit('send-per-ip', [{ count: 10, windowSeconds: 4 }]);
  const res = {
    ...{ locals: {}, headersSent: false },
    ...{ setHeader: () => undefined, append: () => undefined },
  };
  const before = heap();
  for (let n = 0; n < CALLERS; n += 1) {
    const req = { ip: address(n), headers: {}, socket: {} };
    await limit!(req as unknown as Request, res as unknown as Response, () => undefined);
  }
  const full = heap() - before;
  // Counters live for two windows.
  await sleep(9_000);
  const after = heap() - before;
  recordMeasurement('F37 MiB per million addresses', (full * 1_000_000) / CALLERS);
  recordMeasurement('F37 MiB left after the window', after);
  expect((full * 1_000_000) / CALLERS).toBeLessThan(250);
  expect(after).toBeLessThan(full / 2);
}, 120_000);

const PROXIED = 5_000;

test(`${PROXIED} addresses behind a proxy have separate limits, and memory stays bounded`, async () => {
  const harness = await ProcessHarness.start(1, {
    TRUST_PROXY: '127.0.0.1',
    LIMIT_CHECK_PER_IP: '2/1h',
    LIMIT_SEND_PER_IP: '2/1h',
  });
  try {
    // An invalid body exercises the limit alone.
    const ask = (n: number) =>
      harness.client.post('/verify-otp', {}, { 'x-forwarded-for': address(n) });
    const askMany = async (from: number, to: number): Promise<Set<number>> => {
      const seen = new Set<number>();
      let next = from;
      const worker = async (): Promise<void> => {
        while (next < to) seen.add((await ask((next += 1))).status);
      };
      await Promise.all(Array.from({ length: 16 }, worker));
      return seen;
    };
    await askMany(1_000_000, 1_001_000);
    const before = harness.service.memory();
    expect(await askMany(0, PROXIED)).toEqual(new Set([400]));
    const grown = harness.service.memory() - before;
    recordMeasurement(`F37 MiB grown over ${PROXIED} addresses`, grown);
    // Mostly the warm-up of the Node process; the counters take about 1 MiB.
    expect(grown).toBeLessThan(100);
    expect([(await ask(7)).status, (await ask(7)).status, (await ask(8)).status]).toEqual([
      400, 429, 400,
    ]);
  } finally {
    await harness.stop();
  }
}, 120_000);

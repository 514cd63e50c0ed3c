import { setTimeout as sleep } from 'node:timers/promises';
import { noteSecret } from '../support/evidence.js';
import { freshNumber } from '../support/service.js';
import { BusyClients } from './support/busy-clients.js';
import { percentile, tally, type Client, type Result } from './support/client.js';
import { figure } from './support/figures.js';
import { Stage } from './support/stage.js';

const SECONDS = Number(process.env['FAULT_OVERLOAD_SECONDS'] ?? 10);
/** Enough to keep the service busy, few enough for it to serve at once. */
const USUAL = 20;

const ask = (client: Client): Promise<Result> => {
  const phoneNumber = freshNumber();
  noteSecret(phoneNumber);
  return client.attempt('POST', '/request-otp', { phoneNumber });
};

const isServed = (result: Result) => 'answer' in result && result.answer.status === 200;
const isShed = (result: Result) =>
  'answer' in result &&
  [429, 503].includes(result.answer.status) &&
  Number(result.answer.headers.get('retry-after')) > 0;

async function load(url: string, clients: number, seconds: number): Promise<Result[]> {
  const busy = new BusyClients(url, clients, ask);
  await sleep(seconds * 1000);
  return busy.stop();
}

test(`ten times as many clients as it can serve, for ${SECONDS} s: the rest is told to come back, and it recovers`, async () => {
  const stage = await Stage.set(1);
  try {
    const { url } = stage.service;
    await load(url, USUAL, 2);
    const peak = (await load(url, USUAL, 4)).filter(isServed).length / 4;
    const results = await load(url, USUAL * 25, SECONDS);
    const served = results.filter(isServed);
    const servedMs = served.map((result) => result.tookMs);
    const goodput = served.length / SECONDS;
    const from = performance.now();
    let isNormal = false;
    while (!isNormal) {
      const result = await ask(stage.client);
      isNormal = isServed(result) && result.tookMs < 500;
    }
    const recoveryMs = performance.now() - from;
    figure('F34 served a second, usually', peak);
    figure('F34 served a second, under overload', goodput);
    figure('F34 p99 ms of the served', percentile(servedMs, 0.99));
    figure('F34 share of the shed', 1 - served.length / results.length);
    figure('F34 ms to recover', recoveryMs);
    expect(results.filter((result) => !isServed(result) && !isShed(result))).toEqual([]);
    // Every message that went out was told to whoever had asked for it.
    expect(stage.sinch.messages).toBeGreaterThan(0);
    process.stderr.write(JSON.stringify([peak, goodput, percentile(servedMs, 0.99), tally(results), stage.sinch.messages]) + '\n');
    expect(recoveryMs).toBeLessThan(5_000);
  } finally {
    await stage.strike();
  }
}, 60_000 + SECONDS * 1000);

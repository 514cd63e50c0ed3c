import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { exchange, rawPost } from '../component/http/support/raw.js';
import { noteSecret } from '../support/evidence.js';
import { freshNumber } from '../support/service.js';
import { LoadGenerator } from './support/load-generator.js';
import { Client, tally } from './support/client.js';
import { recordMeasurement } from './support/measurements.js';
import { ProcessHarness } from './support/process-harness.js';

const newNumber = (): string => {
  const phoneNumber = freshNumber();
  noteSecret(phoneNumber);
  return phoneNumber;
};

const slowSuccess = (ms: number) => (_req: unknown, res: ServerResponse) =>
  void setTimeout(() => {
    res.writeHead(200, { 'Content-Type': 'application/json' });
    res.end('{"id":"slow","method":"sms"}');
  }, ms);

/** Polls /readyz until the port closes, and returns when it last reported ready, in milliseconds. */
async function lastReadyMs(client: Client): Promise<number> {
  const from = performance.now();
  let last = 0;
  const port = { isOpen: true };
  const asked: Promise<void>[] = [];
  while (port.isOpen) {
    const at = performance.now() - from;
    const one = client.attempt('GET', '/readyz').then((result) => {
      if ('error' in result) port.isOpen = false;
      else if (result.answer.status === 200) last = Math.max(last, at);
    });
    asked.push(one);
    await sleep(20);
  }
  await Promise.all(asked);
  return last;
}

describe('SIGTERM', () => {
  let harness: ProcessHarness;
  beforeEach(async () => {
    harness = await ProcessHarness.start(1, { SHUTDOWN_DELAY_MS: '500' });
  });
  afterEach(() => harness.stop());

  test('under 50 keep-alive clients drops no request and exits with 0', async () => {
    const { service } = harness;
    const clients = new LoadGenerator(
      service.url,
      50,
      (client) => client.attempt('POST', '/request-otp', { phoneNumber: newNumber() }),
      { stopOnConnectionClose: true },
    );
    await sleep(1_500);
    const watcher = new Client(service.url);
    await watcher.get('/readyz');
    const toldAt = performance.now();
    service.signal('SIGTERM');
    const flippedMs = await lastReadyMs(watcher);
    const results = await clients.finished();
    const ending = await service.ended;
    expect([ending.code, ending.signal]).toEqual([0, null]);
    const exitMs = performance.now() - toldAt;
    recordMeasurement('F30 ms until readiness says no', flippedMs);
    recordMeasurement('F30 ms until the exit', exitMs);
    recordMeasurement('F30 requests', results.length);
    expect(exitMs).toBeLessThan(10_000);
    expect(flippedMs).toBeLessThan(200);
    expect(Object.keys(tally(results))).toEqual(['200']);
    expect(results.length).toBeGreaterThan(100);
    expect(
      results.filter((r) => 'answer' in r && r.answer.headers.get('connection') === 'close'),
    ).toHaveLength(50);
    expect(harness.sinch.messages).toBe(results.length);
    const sent = `SELECT count(*)::int AS n FROM verifications WHERE status = 'pending'`;
    expect(await harness.rows(sent)).toEqual([{ n: results.length }]);
  });

  test('during a slow provider call finishes that request', async () => {
    harness.sinch.misbehave('POST', slowSuccess(4_000));
    const asked = harness.client.post('/request-otp', { phoneNumber: newNumber() });
    while (harness.sinch.calls.length === 0) await sleep(10);
    harness.service.signal('SIGTERM');
    const answer = await asked;
    expect(answer.status).toBe(200);
    expect(answer.headers.get('connection')).toBe('close');
    expect((await harness.service.ended).code).toBe(0);
    expect(await harness.rows('SELECT status FROM verifications')).toEqual([{ status: 'pending' }]);
  });

  test('with two pipelined requests answers both, the last with Connection: close', async () => {
    harness.sinch.misbehave('POST', slowSuccess(1_000), 2);
    const bytes = [newNumber(), newNumber()].map((phoneNumber) =>
      rawPost('/request-otp', JSON.stringify({ phoneNumber })),
    );
    const asked = exchange(harness.service.url, bytes.join(''), 1_000);
    while (harness.sinch.calls.length < 2) await sleep(10);
    harness.service.signal('SIGTERM');
    const { text, closed } = await asked;
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(closed).toBe(true);
    expect(text.match(/^Connection: .*(?=\r)/gim)).toEqual([
      'Connection: keep-alive',
      'Connection: close',
    ]);
    expect((await harness.service.ended).code).toBe(0);
  });

  test.each<[NodeJS.Signals, NodeJS.Signals]>([
    ['SIGTERM', 'SIGTERM'],
    ['SIGTERM', 'SIGINT'],
    ['SIGINT', 'SIGTERM'],
  ])('%s and then %s exit with 0 and log no error', async (first, second) => {
    harness.sinch.misbehave('POST', slowSuccess(1_000));
    const asked = harness.client.post('/request-otp', { phoneNumber: newNumber() });
    while (harness.sinch.calls.length === 0) await sleep(10);
    const from = performance.now();
    harness.service.signal(first);
    await sleep(100);
    harness.service.signal(second);
    expect((await asked).status).toBe(200);
    expect((await harness.service.ended).code).toBe(0);
    expect(performance.now() - from).toBeLessThan(10_000);
    expect(harness.service.errorOutput).toBe('');
    expect(harness.service.log.lines.join('')).not.toMatch(/"level":"error"/);
  });

  test('does not wait for idle connections', async () => {
    const silent = connect(Number(harness.service.port), '127.0.0.1');
    silent.on('error', () => undefined);
    await sleep(200);
    const from = performance.now();
    harness.service.signal('SIGTERM');
    expect((await harness.service.ended).code).toBe(0);
    expect(performance.now() - from).toBeLessThan(5_000);
    silent.destroy();
  });
});

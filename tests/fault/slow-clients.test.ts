import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { noteSecret } from '../support/evidence.js';
import { freshNumber } from '../support/service.js';
import { LoadGenerator } from './support/load-generator.js';
import { percentile, tally, type Result } from './support/client.js';
import { recordMeasurement, scaledForLoad } from './support/measurements.js';
import { ProcessHarness } from './support/process-harness.js';

/** A client that says a little now and then and never comes to an end. */
class Slowloris {
  said = '';
  cutAfterMs: number | undefined;
  private readonly openedAt = performance.now();
  private readonly socket: Socket;
  private readonly timer: NodeJS.Timeout;

  constructor(port: number, beginning: string, more: string) {
    this.socket = connect(port, '127.0.0.1', () => this.socket.write(beginning));
    this.timer = setInterval(() => this.socket.write(more), 2_000);
    this.socket.on('error', () => undefined);
    this.socket.on('data', (piece: Buffer) => (this.said += piece.toString()));
    this.socket.on('close', () => {
      clearInterval(this.timer);
      this.cutAfterMs = performance.now() - this.openedAt;
    });
  }

  end(): void {
    clearInterval(this.timer);
    this.socket.destroy();
  }
}

const normalClients = (url: string) =>
  new LoadGenerator(
    url,
    4,
    (client) => {
      const phoneNumber = freshNumber();
      noteSecret(phoneNumber);
      return client.attempt('POST', '/request-otp', { phoneNumber });
    },
    { pauseMs: 20 },
  );

const p99Of = (results: readonly Result[]) =>
  percentile(
    results.map((result) => result.tookMs),
    0.99,
  );

test('500 clients with slow headers and 200 with slow bodies are cut within 15 s, and nobody else notices', async () => {
  const harness = await ProcessHarness.start(1);
  const port = Number(harness.service.port);
  const slow: Slowloris[] = [];
  try {
    const usual = normalClients(harness.service.url);
    await sleep(3_000);
    const usualP99 = p99Of(await usual.stop());
    const memoryBefore = harness.service.memory();
    const headers = 'POST /request-otp HTTP/1.1\r\nHost: x\r\nX-Slow: ';
    const body = `POST /request-otp HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`;
    for (let i = 0; i < 700; i += 1) {
      slow.push(new Slowloris(port, i < 500 ? headers : body, 'x'));
      if (i % 100 === 0) await sleep(20);
    }
    const normal = normalClients(harness.service.url);
    await sleep(16_000);
    const results = await normal.stop();
    const cutAfter = slow.map((one) => one.cutAfterMs ?? Infinity);
    const p99 = p99Of(results);
    recordMeasurement('F35 longest ms until cut', Math.max(...cutAfter));
    recordMeasurement('F35 p99 ms of normal traffic without them', usualP99);
    recordMeasurement('F35 p99 ms of normal traffic', p99);
    // A second for connections that a busy machine accepted late.
    expect(Math.max(...cutAfter)).toBeLessThan(16_000);
    // Not all of them hear it: who goes on talking after the end may lose what was said last.
    expect(slow.filter((one) => one.said.startsWith('HTTP/1.1 408')).length).toBeGreaterThan(350);
    expect(slow.filter((one) => one.said !== '' && !one.said.startsWith('HTTP/1.1 408'))).toEqual(
      [],
    );
    expect(tally(results)).toEqual({ 200: results.length });
    // What a busy machine adds is there with and without them.
    expect(p99).toBeLessThan(scaledForLoad(200) + 2 * usualP99);
    expect(harness.service.memory() - memoryBefore).toBeLessThan(120);
  } finally {
    for (const one of slow) one.end();
    await harness.stop();
  }
}, 120_000);

import { setTimeout as sleep } from 'node:timers/promises';
import { noteSecret } from '../support/evidence.js';
import { freshNumber } from '../support/service.js';
import { LoadBalancer } from './support/load-balancer.js';
import { LoadGenerator } from './support/load-generator.js';
import { tally, type Client, type Result } from './support/client.js';
import { recordMeasurement } from './support/measurements.js';
import { ProcessHarness } from './support/process-harness.js';

const ENVIRONMENT = { SHUTDOWN_DELAY_MS: '1500' };

test('a rolling restart of two instances under load fails no request', async () => {
  const harness = await ProcessHarness.start(2, ENVIRONMENT);
  const balancer = await LoadBalancer.start();
  try {
    for (const service of harness.services) await balancer.add(service.url);
    // Each verification may start on one instance and end on another.
    const verified: Result[] = [];
    const verification = async (client: Client): Promise<Result> => {
      const phoneNumber = freshNumber();
      noteSecret(phoneNumber);
      const asked = await client.attempt('POST', '/request-otp', { phoneNumber });
      if (!('answer' in asked) || asked.answer.status !== 200) return asked;
      const { verificationId } = asked.answer.body;
      const code = harness.sinch.codeFor(phoneNumber);
      const result = await client.attempt('POST', '/verify-otp', { verificationId, code });
      verified.push(result);
      return result;
    };
    const clients = new LoadGenerator(balancer.url, 5, verification, { pauseMs: 10 });
    await sleep(1_000);
    for (const old of harness.services.slice(0, 2)) {
      const next = await harness.add(ENVIRONMENT);
      await balancer.add(next.url);
      expect((await old.stop()).code).toBe(0);
      balancer.remove(old.url);
      await sleep(500);
    }
    const results = await clients.stop();
    recordMeasurement('F33 requests', results.length);
    expect(
      results.filter((result) => !('answer' in result) || result.answer.status !== 200),
    ).toEqual([]);
    expect(tally(results)).toEqual({ 200: results.length });
    expect(results.length).toBeGreaterThan(50);
    const rows = await harness.rows(
      `SELECT count(*)::int AS n FROM verifications WHERE status = 'verified'`,
    );
    expect(rows).toEqual([{ n: verified.length }]);
    expect(harness.sinch.messages).toBe(results.length);
  } finally {
    await balancer.close();
    await harness.stop();
  }
}, 120_000);

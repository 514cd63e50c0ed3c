import { randomInt, randomUUID } from 'node:crypto';
import { noteSecret } from '../support/evidence.js';
import { freshNumber, type Answer } from '../support/service.js';
import { tally } from './support/client.js';
import { ProcessHarness } from './support/process-harness.js';

const times = (count: number) => Array.from({ length: count }, (_, i) => i);

/** The database may not serve 1,000 requests within two seconds, so 503 counts as a refusal. */
const isRefusal = ({ status, headers }: Answer) =>
  (status >= 400 && status < 500) || (status === 503 && headers.has('retry-after'));

describe('two processes on one database', () => {
  let harness: ProcessHarness;
  beforeAll(async () => {
    harness = await ProcessHarness.start(2);
  });
  afterAll(() => harness.stop());

  const attemptsOf = async (id: string) => {
    const [row] = await harness.rows(
      `SELECT status, attempts FROM verifications WHERE id = '${id}'`,
    );
    return row;
  };

  test('1,000 concurrent right checks give one 200 and one proof', async () => {
    const phoneNumber = freshNumber();
    const id = await harness.request(phoneNumber);
    const code = harness.sinch.codeFor(phoneNumber);
    const before = harness.sinch.comparisons;
    const answers = await Promise.all(times(1000).map((i) => harness.clientOf(i).verify(id, code)));
    expect(tally(answers)['200']).toBe(1);
    expect(answers.filter(isRefusal)).toHaveLength(999);
    expect(answers.filter((answer) => answer.body['proof'] !== undefined)).toHaveLength(1);
    expect(harness.sinch.comparisons - before).toBeLessThanOrEqual(5);
    expect(await attemptsOf(id)).toMatchObject({ status: 'verified' });
    const verified = `SELECT 1 FROM verification_events WHERE verification_id = '${id}' AND type = 'verified'`;
    expect(await harness.rows(verified)).toHaveLength(1);
    expect((await harness.client.verify(id, code)).status).toBe(409);
  });

  test('1,000 concurrent wrong checks spend five attempts, and the right code is then refused', async () => {
    const phoneNumber = freshNumber();
    const id = await harness.request(phoneNumber);
    const wrong = harness.sinch.wrongCodeFor(phoneNumber);
    const before = harness.sinch.comparisons;
    const answers = await Promise.all(
      times(1000).map((i) => harness.clientOf(i).verify(id, wrong)),
    );
    expect(answers.filter(isRefusal)).toHaveLength(1000);
    expect(tally(answers)['401']).toBe(5);
    expect(harness.sinch.comparisons - before).toBe(5);
    expect(await attemptsOf(id)).toEqual({ status: 'pending', attempts: 5 });
    expect((await harness.client.verify(id, harness.sinch.codeFor(phoneNumber))).status).toBe(429);
    expect(harness.sinch.comparisons - before).toBe(5);
  });

  test('100 concurrent checks with one right code succeed at most once, within five attempts', async () => {
    const violations: string[] = [];
    let successes = 0;
    for (const round of times(20)) {
      const phoneNumber = freshNumber();
      const id = await harness.request(phoneNumber);
      const wrong = harness.sinch.wrongCodeFor(phoneNumber);
      const right = harness.sinch.codeFor(phoneNumber);
      // Even rounds put the right code early, where it can succeed.
      const place = round % 2 === 0 ? randomInt(8) : randomInt(100);
      const before = harness.sinch.comparisons;
      const answers = await Promise.all(
        times(100).map((i) => harness.clientOf(i + round).verify(id, i === place ? right : wrong)),
      );
      const counts = tally(answers);
      const row = await attemptsOf(id);
      const compared = harness.sinch.comparisons - before;
      successes += counts['200'] ?? 0;
      const isRight =
        (counts['200'] ?? 0) <= 1 &&
        (counts['200'] === 1) === (row?.['status'] === 'verified') &&
        compared <= 5 &&
        compared === row?.['attempts'] &&
        answers.every((answer) => answer.status === 200 || isRefusal(answer));
      if (!isRight) violations.push(JSON.stringify({ round, counts, row, compared }));
    }
    expect(violations).toEqual([]);
    expect(successes).toBeGreaterThan(0);
  });

  test('100 concurrent requests with one Idempotency-Key send one message and get the same response', async () => {
    const phoneNumber = freshNumber();
    noteSecret(phoneNumber);
    const key = { 'idempotency-key': randomUUID() };
    const ask = (i: number, body: object = { phoneNumber }): Promise<Answer> =>
      harness.clientOf(i).post('/request-otp', body, key);
    const before = harness.sinch.messages;
    const answers = await Promise.all(times(100).map((i) => ask(i)));
    const first = answers.find((answer) => answer.status === 200)!;
    expect(first).toBeDefined();
    for (const answer of answers) {
      if (answer.status === 200) expect(answer.text).toBe(first.text);
      else expect(answer.body['code']).toBe('idempotency_in_progress');
    }
    for (const i of [0, 1]) {
      const replay = await ask(i);
      expect([replay.status, replay.text]).toEqual([200, first.text]);
      const reused = await ask(i, { phoneNumber, purpose: 'login' });
      expect([reused.status, reused.body['code']]).toEqual([422, 'idempotency_key_reused']);
    }
    expect(harness.sinch.messages - before).toBe(1);
  });
});

test('100 concurrent requests for one number on two processes send one message', async () => {
  const harness = await ProcessHarness.start(2, {
    LIMIT_RESEND_COOLDOWN_SECONDS: '30',
    LIMIT_SEND_PER_PHONE: '5/1h,10/24h',
  });
  try {
    // Warms up the connection pools.
    const others = times(20).map(() => ({ phoneNumber: freshNumber() }));
    for (const { phoneNumber } of others) noteSecret(phoneNumber);
    await Promise.all(others.map((body, i) => harness.clientOf(i).post('/request-otp', body)));
    const before = harness.sinch.messages;
    const phoneNumber = freshNumber();
    noteSecret(phoneNumber);
    const answers = await Promise.all(
      times(100).map((i) => harness.clientOf(i).post('/request-otp', { phoneNumber })),
    );
    const codes = new Set(
      answers.map(({ body: { code } }) => (typeof code === 'string' ? code : 'sent')),
    );
    expect([...codes].filter((code) => code !== 'service_unavailable').sort()).toEqual([
      'cooldown',
      'sent',
    ]);
    expect(tally(answers)['200']).toBe(1);
    expect(answers.filter(isRefusal)).toHaveLength(99);
    expect(harness.sinch.messages - before).toBe(1);
    expect(
      await harness.rows(`SELECT status FROM verifications WHERE phone_number = '${phoneNumber}'`),
    ).toEqual([{ status: 'pending' }]);
  } finally {
    await harness.stop();
  }
});

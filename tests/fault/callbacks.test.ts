import { randomInt } from 'node:crypto';
import {
  SINCH_CALLBACK,
  deliveredEvent,
  requestEvent,
  resultEvent,
  signedBySinch,
} from '../support/callbacks.js';
import { removeScratchDirectories } from '../component/development/embedded-postgres/private-server.js';
import { noteSecret } from '../support/evidence.js';
import type { Started } from '../support/fake-sinch.js';
import { PrivatePostgres } from '../support/private-postgres.js';
import { freshNumber, type Answer } from '../support/service.js';
import { shuffled } from '../support/shuffled.js';
import { ProcessHarness } from './support/process-harness.js';

const ROUNDS = 10;

function hundredCallbacks(send: Started): object[] {
  const kinds = [
    deliveredEvent(send, 'Successful'),
    deliveredEvent(send, 'Failed'),
    resultEvent(send, 'SUCCESSFUL'),
    resultEvent(send, 'ERROR', 'SMS delivery failure'),
    resultEvent(send, 'ABORTED'),
  ];
  return shuffled(kinds.flatMap((kind) => Array<object>(20).fill(kind)));
}

describe('100 duplicated callbacks in random order, some before the send returns', () => {
  let harness: ProcessHarness;
  beforeAll(async () => {
    harness = await ProcessHarness.start(2);
  });
  afterAll(() => harness.stop());

  const deliver = (event: object, turn: number): Promise<Answer> => {
    const { body, headers } = signedBySinch(event);
    return harness.clientOf(turn).call('POST', SINCH_CALLBACK, body, headers);
  };
  const deliverAll = (events: readonly object[]) => Promise.all(events.map(deliver));

  async function sendAmidCallbacks<T>(
    send: () => Promise<T>,
  ): Promise<{ answer: T; statuses: number[] }> {
    const early: Promise<Answer>[] = [];
    let rest: object[] = [];
    harness.sinch.onStart = async (started) => {
      const events = hundredCallbacks(started);
      const [awaited, racing] = [randomInt(30), randomInt(30)];
      await deliverAll(events.slice(0, awaited));
      early.push(...events.slice(0, awaited + racing).map(deliver));
      rest = events.slice(awaited + racing);
    };
    const answer = await send();
    harness.sinch.onStart = undefined;
    const answers = [...(await Promise.all(early)), ...(await deliverAll(rest))];
    return { answer, statuses: answers.map(({ status }) => status) };
  }

  const reportsOf = async (id: string) => {
    const types = `'delivered', 'undelivered'`;
    return harness.rows(
      `SELECT type FROM verification_events WHERE verification_id = '${id}' AND type IN (${types})`,
    );
  };
  const rowOf = async (id: string) =>
    (await harness.rows(`SELECT status, attempts FROM verifications WHERE id = '${id}'`))[0];

  test(`count as one report in each of ${ROUNDS} rounds, and the right code works once`, async () => {
    const bystander = await harness.request(freshNumber());
    const watched = `SELECT v.*, (SELECT count(*) FROM verification_events WHERE verification_id = v.id) AS events
      FROM verifications AS v WHERE id = '${bystander}'`;
    const before = await harness.rows(watched);
    for (let round = 0; round < ROUNDS; round += 1) {
      const phoneNumber = freshNumber();
      noteSecret(phoneNumber);
      const { answer, statuses } = await sendAmidCallbacks(() =>
        harness.client.post('/request-otp', { phoneNumber }),
      );
      expect(answer.status).toBe(200);
      const id = String(answer.body['verificationId']);
      expect(statuses.filter((status) => status !== 200)).toEqual([]);
      expect(statuses.length).toBeGreaterThanOrEqual(100);
      expect(await reportsOf(id)).toHaveLength(1);
      expect(await rowOf(id)).toEqual({ status: 'pending', attempts: 0 });
      const code = harness.sinch.codeFor(phoneNumber);
      const late = hundredCallbacks(harness.sinch.newestFor(phoneNumber));
      const [checks] = await Promise.all([
        Promise.all([0, 1, 2, 3].map((turn) => harness.clientOf(turn).verify(id, code))),
        deliverAll(late),
      ]);
      expect(checks.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(await rowOf(id)).toMatchObject({ status: 'verified' });
      expect(await reportsOf(id)).toHaveLength(1);
    }
    expect(await harness.rows(watched)).toEqual(before);
  });

  test('count as one report for a resend', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const phoneNumber = freshNumber();
      const id = await harness.request(phoneNumber);
      const first = harness.sinch.newestFor(phoneNumber);
      await deliverAll(hundredCallbacks(first));
      expect(await reportsOf(id)).toHaveLength(1);
      const { answer, statuses } = await sendAmidCallbacks(() =>
        harness.client.post(`/verifications/${id}/resend`, {}),
      );
      expect([answer.status, statuses.filter((status) => status !== 200)]).toEqual([200, []]);
      // Callbacks for the first message no longer count.
      await deliverAll(hundredCallbacks(first));
      expect(await reportsOf(id)).toHaveLength(2);
      const code = harness.sinch.codeFor(phoneNumber);
      expect((await harness.client.verify(id, code)).status).toBe(200);
    }
  });
});

test('without Postgres, a report gets 503 and a send is denied; after recovery the report counts', async () => {
  const postgres = await PrivatePostgres.start({ durable: true });
  const harness = await ProcessHarness.start(
    1,
    {},
    { url: postgres.url, drop: () => postgres.destroy() },
  );
  try {
    const phoneNumber = freshNumber();
    const id = await harness.request(phoneNumber);
    const send = harness.sinch.newestFor(phoneNumber);
    const deliver = async (event: object) => {
      const { body, headers } = signedBySinch(event);
      const startedAt = performance.now();
      const answer = await harness.client.call('POST', SINCH_CALLBACK, body, headers);
      return { ...answer, tookMs: performance.now() - startedAt };
    };
    await postgres.stopImmediately();
    const refused = await deliver(deliveredEvent(send));
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const asked = await deliver(requestEvent(send));
    expect([asked.status, asked.body]).toEqual([200, { action: 'deny' }]);
    expect(asked.tookMs).toBeLessThan(1000);
    await postgres.restart();
    let again = await deliver(deliveredEvent(send));
    for (let tries = 0; again.status === 503 && tries < 50; tries += 1) {
      again = await deliver(deliveredEvent(send));
    }
    expect(again.status).toBe(200);
    expect(
      await harness.rows(`SELECT type FROM verification_events WHERE verification_id = '${id}'
        AND type = 'delivered'`),
    ).toHaveLength(1);
  } finally {
    await harness.stop();
    removeScratchDirectories();
  }
});

import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startReceiver, type Receiver } from '../component/services/webhooks/receiver.js';
import { removeScratchDirectories } from '../component/development/embedded-postgres/private-server.js';
import { Database } from '../../src/database/database.js';
import { Statements } from '../../src/database/statements.js';
import { DEFAULT_APPLICATION } from '../../src/domain/caller.js';
import { SecretBox, WEBHOOK_SECRETS } from '../../src/domain/secret-box.js';
import { WebhookEndpointService } from '../../src/services/webhooks/endpoint.service.js';
import { noteSecret } from '../support/evidence.js';
import { PrivatePostgres } from '../support/private-postgres.js';
import { freshNumber } from '../support/service.js';
import { Client } from './support/client.js';
import { ProcessHarness } from './support/process-harness.js';

const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 2);
const CLIENTS = 8;
const OTP_SECRET = 'the-secret-of-webhooks-in-tests-0123456789';
const ENVIRONMENT = { OTP_SECRET, WEBHOOK_ALLOW_PRIVATE: 'true' };

afterAll(removeScratchDirectories);

async function addEndpoint(databaseUrl: string, url: string): Promise<void> {
  const db = new Database({ url: databaseUrl, poolMax: 2, prepare: true, connectTimeoutMs: 5000 });
  const secrets = new SecretBox([OTP_SECRET], WEBHOOK_SECRETS);
  const endpoints = new WebhookEndpointService(new Statements(db), secrets, { allowPrivate: true });
  const wanted = { url, events: ['*'], numberFormat: 'full' } as const;
  const created = await endpoints.create(DEFAULT_APPLICATION, wanted);
  if (typeof created === 'string') throw new Error(created);
  noteSecret(created.secret);
  await db.close();
}

/** Verifies numbers until the process is dead. */
async function verifyMany(harness: ProcessHarness, url: string, isDead: () => boolean) {
  const client = new Client(url, 1);
  while (!isDead()) {
    const phoneNumber = freshNumber();
    noteSecret(phoneNumber);
    const result = await client.attempt('POST', '/request-otp', { phoneNumber });
    if (!('answer' in result) || result.answer.status !== 200) continue;
    const verificationId = String(result.answer.body['verificationId']);
    const code = harness.sinch.codeFor(phoneNumber);
    await client.attempt('POST', '/verify-otp', { verificationId, code });
  }
  client.close();
}

/** Lets the time of retries and of dead processes' leases pass, until everything has been delivered. */
async function deliverAll(harness: ProcessHarness): Promise<void> {
  const until = performance.now() + 60_000 + ROUNDS * 5_000;
  for (;;) {
    const [left] = await harness.rows(
      `WITH due AS (
         UPDATE webhook_deliveries SET next_attempt_at = now(), leased_until = NULL
         WHERE status = 'pending' AND (leased_until < now() + interval '35 seconds'
           OR leased_until IS NULL AND next_attempt_at > now())
       ) SELECT count(*)::int AS count, count(*) FILTER (WHERE status = 'failed')::int AS failed
         FROM webhook_deliveries WHERE status <> 'delivered'`,
    );
    if (left?.['count'] === 0) return;
    if (performance.now() > until) throw new Error(`events are left: ${JSON.stringify(left)}`);
    await sleep(200);
  }
}

/** The events that the timelines imply: how many, and how many rows the outbox has. */
const IMPLIED = `
  SELECT e.verification_id, t.type, count(*)::int AS entries, (
    SELECT count(*)::int FROM webhook_deliveries AS d
    WHERE d.type = t.type AND d.verification_id = e.verification_id
  ) AS rows
  FROM verification_events AS e CROSS JOIN LATERAL unnest(webhook_types(e.type)) AS t (type)
  GROUP BY e.verification_id, t.type`;

function failingAThird(): Promise<Receiver> {
  return startReceiver((res) => {
    const failure = randomInt(6);
    if (failure === 0) res.writeHead(500).end();
    else if (failure === 1) res.socket?.resetAndDestroy();
    else res.end();
  });
}

test(
  `kill -9 under load, ${ROUNDS} times, with a receiver that fails a third: each change is one event that arrives`,
  async () => {
    const receiver = await failingAThird();
    const harness = await ProcessHarness.start(1, ENVIRONMENT);
    try {
      await addEndpoint(harness.database.url, receiver.url);
      let { service } = harness;
      for (let i = 0; i < ROUNDS; i += 1) {
        let isDead = false;
        const clients = Array.from({ length: CLIENTS }, () =>
          verifyMany(harness, service.url, () => isDead),
        );
        await sleep(randomInt(1200, 2500));
        await service.kill();
        isDead = true;
        await Promise.all(clients);
        service = await harness.add(ENVIRONMENT);
      }
      await deliverAll(harness);
      const implied = await harness.rows(IMPLIED);
      expect(implied.length).toBeGreaterThan(30);
      expect(implied.filter(({ entries, rows }) => rows !== entries)).toEqual([]);
      const stored = await harness.rows('SELECT event_id FROM webhook_deliveries');
      const arrived = new Set(receiver.received.map(({ headers }) => headers['webhook-id']));
      expect(stored.filter(({ event_id: id }) => !arrived.has(String(id)))).toEqual([]);
      expect(arrived.size).toBe(stored.length);
      expect(orderOf(receiver)).toEqual(await orderOfTimelines(harness));
    } finally {
      await harness.stop();
      await receiver.close();
    }
  },
  ROUNDS * 20_000 + 120_000,
);

test('Postgres freezes while webhooks wait: none is lost', async () => {
  const postgres = await PrivatePostgres.start({ durable: true });
  const receiver = await startReceiver((res) => void setTimeout(() => res.end(), 300));
  const database = { url: postgres.url, drop: () => postgres.destroy() };
  const harness = await ProcessHarness.start(1, ENVIRONMENT, database);
  try {
    await addEndpoint(postgres.url, receiver.url);
    for (let i = 0; i < 10; i += 1) await harness.request(freshNumber());
    postgres.freeze();
    await sleep(4000);
    postgres.thaw();
    await deliverAll(harness);
    const stored = await harness.rows('SELECT event_id FROM webhook_deliveries');
    const arrived = new Set(receiver.received.map(({ headers }) => headers['webhook-id']));
    expect(stored).toHaveLength(20);
    expect(arrived.size).toBe(20);
  } finally {
    await harness.stop();
    await receiver.close();
  }
}, 120_000);

/** Types of the events of each verification, in the order that the payloads tell. */
function orderOf({ received }: Receiver): Record<string, string[]> {
  const unique = new Map(received.map((one) => [one.headers['webhook-id'], one.event]));
  const events = [...unique.values()].sort(
    (a, b) => Number(a.data['sequence']) - Number(b.data['sequence']),
  );
  const order: Record<string, string[]> = {};
  for (const { type, data } of events) {
    if (type.startsWith('verification.'))
      (order[String(data['verificationId'])] ??= []).push(type.slice('verification.'.length));
  }
  return order;
}

async function orderOfTimelines(harness: ProcessHarness): Promise<Record<string, string[]>> {
  const rows = await harness.rows(
    `SELECT verification_id, array_agg(replace(type, 'outcome_unknown', 'sent') ORDER BY id) AS types
     FROM verification_events WHERE webhook_types(type) <> '{}' GROUP BY verification_id`,
  );
  return Object.fromEntries(
    rows.map((row) => [String(row['verification_id']), row['types'] as string[]]),
  );
}

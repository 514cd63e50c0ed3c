import { DEFAULT_APPLICATION } from '../../../../src/domain/caller.js';
import { ERASE } from '../../../../src/services/operations/operator.sql.js';
import { createApplication } from '../../../support/applications.js';
import { freshNumber, TestService } from '../../../support/service.js';

let service: TestService;

beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());
beforeEach(async () => {
  await service.db.query('DELETE FROM webhook_endpoints');
  await service.db.query('DELETE FROM webhook_deliveries');
});

async function addEndpoint(
  applicationId: string | null = DEFAULT_APPLICATION,
  events: string[] = ['*'],
): Promise<string> {
  const { endpoints } = service.webhooks;
  const url = 'http://127.0.0.1:9/';
  const created = await endpoints.create(applicationId, { url, events, numberFormat: 'full' });
  if (typeof created === 'string') throw new Error(created);
  return created.id;
}

async function typesFor(endpoint: string): Promise<unknown[]> {
  const rows = await service.rows(
    'SELECT type FROM webhook_deliveries WHERE endpoint_id = $1 ORDER BY id',
    [endpoint],
  );
  return rows.map(({ type }) => type);
}

const without = (type: string) => (other: unknown) => other !== type;

// First, because the first endpoint creates the trigger.
test('without an endpoint, a change writes no event, and pays for no trigger', async () => {
  await service.request(freshNumber());
  const triggers = `SELECT 1 FROM pg_trigger WHERE tgname = 'write_webhooks'`;
  expect(await service.rows(triggers)).toEqual([]);
  expect(await service.rows('SELECT 1 FROM webhook_deliveries')).toEqual([]);
});

test('each change of a verification is one event', async () => {
  const endpoint = await addEndpoint();
  const phoneNumber = freshNumber();
  const id = await service.request(phoneNumber, { reference: 'order-7' });
  await service.verify(id, service.sinch.wrongCodeFor(phoneNumber));
  await service.verify(id, service.sinch.codeFor(phoneNumber));
  const rows = await service.rows('SELECT * FROM webhook_deliveries ORDER BY id');
  expect(await typesFor(endpoint)).toEqual([
    'verification.requested',
    'verification.sent',
    'verification.denied',
    'verification.verified',
    'number.verified',
  ]);
  expect(new Set(rows.map((row) => row['event_id'])).size).toBe(5);
  const facts = { country: 'US', purpose: 'verification', channel: 'sms', reference: 'order-7' };
  expect(rows[2]).toMatchObject({
    application_id: DEFAULT_APPLICATION,
    verification_id: id,
    phone_number: phoneNumber,
    data: { ...facts, reason: 'wrong_code', attemptsRemaining: 4 },
  });
  const sequences = rows.map((row) => (row['data'] as { sequence: number }).sequence);
  expect([...sequences].sort((a, b) => a - b)).toEqual(sequences);
  // Nothing tells of the traffic of others.
  expect(sequences[0]).toBe(1);
  await service.request(freshNumber());
  const [next] = await service.rows(
    `SELECT data->'sequence' AS sequence FROM webhook_deliveries WHERE verification_id <> $1 ORDER BY id`,
    [id],
  );
  expect(next).toEqual({ sequence: 1 });
});

test('a cancelled and an expired verification are events', async () => {
  const endpoint = await addEndpoint();
  const cancelled = await service.request(freshNumber());
  await service.call('DELETE', `/verifications/${cancelled}`);
  const expired = await service.request(freshNumber());
  await service.rows(
    `UPDATE verifications SET expires_at = now() - interval '2 minutes' WHERE id = $1 RETURNING 1`,
    [expired],
  );
  await service.background.maintenance.sweep();
  const types = (await typesFor(endpoint)).filter(without('verification.requested'));
  expect(types.filter(without('verification.sent'))).toEqual([
    'verification.cancelled',
    'verification.expired',
  ]);
});

test('of concurrent last guesses, one exhausts the verification', async () => {
  const endpoint = await addEndpoint();
  const phoneNumber = freshNumber();
  const id = await service.request(phoneNumber);
  const wrong = service.sinch.wrongCodeFor(phoneNumber);
  await Promise.all(Array.from({ length: 8 }, () => service.verify(id, wrong)));
  const types = await typesFor(endpoint);
  expect(types.filter((type) => type === 'verification.denied')).toHaveLength(5);
  expect(types.filter((type) => type === 'verification.exhausted')).toHaveLength(1);
});

test('a stopped number is blocked once, for the applications that know it', async () => {
  const endpoint = await addEndpoint();
  const stranger = await addEndpointOf('app_other');
  const phoneNumber = freshNumber();
  const id = await service.request(phoneNumber);
  await service.rows('UPDATE phone_limits SET wrong_run = 98 WHERE phone_key = $1 RETURNING 1', [
    phoneNumber,
  ]);
  const wrong = service.sinch.wrongCodeFor(phoneNumber);
  await Promise.all(Array.from({ length: 4 }, () => service.verify(id, wrong)));
  const types = await typesFor(endpoint);
  expect(types.filter((type) => type === 'number.blocked')).toHaveLength(1);
  expect(await typesFor(stranger)).toEqual([]);
});

test('a number that an operator blocks is an event, a prefix is not', async () => {
  const endpoint = await addEndpoint(DEFAULT_APPLICATION, ['number.blocked']);
  const phoneNumber = freshNumber();
  const id = await service.request(phoneNumber);
  await service.verify(id, service.sinch.codeFor(phoneNumber));
  const rule = `INSERT INTO number_rules (pattern, kind) VALUES ($1, 'block')
    ON CONFLICT (pattern) DO UPDATE SET kind = excluded.kind RETURNING 1`;
  await service.rows(rule, [phoneNumber]);
  await service.rows(rule, [phoneNumber]);
  await service.rows(rule, ['+1999*']);
  const rows = await service.rows('SELECT * FROM webhook_deliveries');
  expect(rows).toEqual([
    expect.objectContaining({
      endpoint_id: endpoint,
      type: 'number.blocked',
      phone_number: phoneNumber,
      data: { country: 'US', reason: 'operator' },
    }),
  ]);
});

test('an endpoint receives the events that it asked for, of its application, while enabled', async () => {
  const own = await addEndpoint(DEFAULT_APPLICATION, ['verification.sent']);
  const every = await addEndpoint(null, ['verification.requested']);
  const other = await addEndpointOf('app_other');
  const disabled = await addEndpoint();
  await service.webhooks.endpoints.disable(DEFAULT_APPLICATION, disabled);
  await service.request(freshNumber());
  expect(await typesFor(own)).toEqual(['verification.sent']);
  expect(await typesFor(every)).toEqual(['verification.requested']);
  expect([...(await typesFor(other)), ...(await typesFor(disabled))]).toEqual([]);
});

test('a quota that refuses messages is one event a window', async () => {
  const shop = await createApplication(service, 'shop', { sendQuota: { perDay: 1 } });
  const [endpoint, other] = [await addEndpoint(shop.id), await addEndpoint()];
  const statuses: number[] = [];
  const send = async () => {
    const body = { phoneNumber: freshNumber() };
    statuses.push((await service.post('/request-otp', body, shop.backend)).status);
  };
  await send();
  await Promise.all([send(), send(), send()]);
  await send();
  expect(statuses).toEqual([200, 429, 429, 429, 429]);
  expect(await typesFor(other)).toEqual([]);
  const written = `SELECT data FROM webhook_deliveries
    WHERE endpoint_id = $1 AND type = 'application.limit_reached' AND application_id = $2`;
  const facts = { limit: 'send-per-application', windowSeconds: 86_400 };
  expect(await service.rows(written, [endpoint, shop.id])).toEqual([{ data: facts }]);
  await service.rows(
    `UPDATE webhook_deliveries SET once_key = 'of yesterday' WHERE once_key IS NOT NULL RETURNING 1`,
  );
  await send();
  expect(await service.rows(written, [endpoint, shop.id])).toHaveLength(2);
});

test('erasing a number erases it from the outbox, also where a reference names it', async () => {
  const endpoint = await addEndpoint();
  const [phoneNumber, other] = [freshNumber(), freshNumber()];
  await service.request(phoneNumber);
  await service.request(other, { reference: `for ${phoneNumber}` });
  await service.request(freshNumber());
  expect(await typesFor(endpoint)).toHaveLength(6);
  await service.rows(ERASE, [phoneNumber, phoneNumber, [phoneNumber.slice(1)]]);
  expect(await typesFor(endpoint)).toHaveLength(2);
  const text = JSON.stringify(await service.rows('SELECT * FROM webhook_deliveries'));
  expect(text).not.toContain(phoneNumber);
});

test('deliveries are kept for 14 days, and those of a deleted endpoint are deleted', async () => {
  const [kept, deleted] = [await addEndpoint(), await addEndpoint()];
  await service.request(freshNumber());
  await service.rows(
    `UPDATE webhook_deliveries SET occurred_at = now() - interval '15 days'
     WHERE endpoint_id = $1 AND type = 'verification.requested' RETURNING 1`,
    [kept],
  );
  await service.webhooks.endpoints.delete(DEFAULT_APPLICATION, deleted);
  await service.background.maintenance.purge();
  expect(await typesFor(kept)).toEqual(['verification.sent']);
  expect(await typesFor(deleted)).toEqual([]);
});

async function addEndpointOf(application: string): Promise<string> {
  await service.rows(
    'INSERT INTO applications (id, name) VALUES ($1, $1) ON CONFLICT DO NOTHING RETURNING 1',
    [application],
  );
  return addEndpoint(application);
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Webhook } from 'standardwebhooks';
import { DEFAULT_APPLICATION } from '../../../../src/domain/caller.js';
import { scaledForLoad } from '../../../fault/support/measurements.js';
import { noteSecret } from '../../../support/evidence.js';
import { freshNumber, TestService } from '../../../support/service.js';
import { startReceiver, type ReceivedWebhook, type Receiver } from './receiver.js';

interface OpenApiEvents {
  webhooks: Record<
    string,
    { post: { requestBody: { content: { 'application/json': { schema: object } } } } }
  >;
}

let service: TestService;
let receiver: Receiver;
const receivers: Receiver[] = [];
let stop: () => Promise<void>;

beforeAll(async () => {
  service = await TestService.start();
  stop = service.webhooks.start();
});
afterAll(async () => {
  await stop();
  await service.stop();
});
beforeEach(async () => {
  receiver = await startReceiver();
  receivers.push(receiver);
  await service.db.query('DELETE FROM webhook_endpoints');
  await service.db.query('DELETE FROM webhook_deliveries');
});
afterEach(async () => {
  for (const one of receivers.splice(0)) await one.close();
});

async function addEndpoint(url: string, numberFormat: 'full' | 'masked' = 'full') {
  const { endpoints } = service.webhooks;
  const created = await endpoints.create(DEFAULT_APPLICATION, { url, events: ['*'], numberFormat });
  if (typeof created === 'string') throw new Error(created);
  noteSecret(created.secret);
  return created;
}

/** The recipe of docs/webhooks.md: ten lines of node:crypto. */
function verifies({ headers, body }: ReceivedWebhook, secret: string, now = Date.now()): boolean {
  const id = String(headers['webhook-id']);
  const timestamp = String(headers['webhook-timestamp']);
  if (Math.abs(now / 1000 - Number(timestamp)) > 300) return false;
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .map((signature) => Buffer.from(signature.replace('v1,', ''), 'base64'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
}

const byLibrary = (secret: string, { body, headers }: Pick<ReceivedWebhook, 'body' | 'headers'>) =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

async function deliveryOf(endpoint: string, type: string) {
  const all = await service.webhooks.endpoints.deliveries(DEFAULT_APPLICATION, endpoint);
  return all?.find((delivery) => delivery.type === type);
}

async function settled(endpoint: string, type: string, attempts = 1) {
  for (const until = performance.now() + 8000; ;) {
    if (performance.now() > until) throw new Error(`${type} was not attempted`);
    const delivery = await deliveryOf(endpoint, type);
    if (delivery && delivery.attempts.length >= attempts) return delivery;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('both implementations verify what a receiver got, and nothing that was changed', async () => {
  const { id, secret } = await addEndpoint(receiver.url);
  await service.request(freshNumber(), { reference: 'Ünïcode ✓' });
  await receiver.waitFor(2);
  const [got] = receiver.received as [ReceivedWebhook];
  expect(byLibrary(secret, got)).toEqual(got.event);
  expect(verifies(got, secret)).toBe(true);
  const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const changed = { ...got, body: got.body.replace('"US"', '"GB"') };
  const old = { ...got.headers, 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 301) };
  for (const [key, bad] of [
    [other, got],
    [secret, changed],
    [secret, { ...got, headers: old }],
  ] as const) {
    expect(() => byLibrary(key, bad)).toThrow();
    expect(verifies(bad, key)).toBe(false);
  }
  expect(verifies(got, secret, Date.now() + 301_000)).toBe(false);
  expect(await settled(id, 'verification.sent')).toMatchObject({
    status: 'delivered',
    attempts: [{ status: 200, error: null, answer: 'ok' }],
  });
});

test('while two secrets live, each verifies, and a rotation without the old ends it', async () => {
  const { id, secret: first } = await addEndpoint(receiver.url);
  const { endpoints } = service.webhooks;
  const second = String((await endpoints.rotate(DEFAULT_APPLICATION, id, true))?.secret);
  await endpoints.sendTest(DEFAULT_APPLICATION, id);
  await receiver.waitFor(1);
  const third = String((await endpoints.rotate(DEFAULT_APPLICATION, id, false))?.secret);
  for (const secret of [second, third]) noteSecret(secret);
  await endpoints.sendTest(DEFAULT_APPLICATION, id);
  await receiver.waitFor(2);
  const [both, one] = receiver.received as [ReceivedWebhook, ReceivedWebhook];
  const accepted = (got: ReceivedWebhook) =>
    [first, second, third].map((secret) => verifies(got, secret));
  expect([accepted(both), accepted(one)]).toEqual([
    [true, true, false],
    [false, false, true],
  ]);
});

test('every body matches its schema in the OpenAPI document, and none has a code', async () => {
  await addEndpoint(receiver.url);
  const phoneNumber = freshNumber();
  const id = await service.request(phoneNumber, { reference: 'order-7' });
  await service.verify(id, service.sinch.wrongCodeFor(phoneNumber));
  const code = service.sinch.codeFor(phoneNumber);
  await service.verify(id, code);
  const cancelled = await service.request(freshNumber());
  await service.call('DELETE', `/verifications/${cancelled}`);
  await service.rows(`SELECT write_number_blocked($1, 'operator', 'once')`, [phoneNumber]);
  await receiver.waitFor(9);
  const { webhooks } = (await service.get('/openapi.json')).body as unknown as OpenApiEvents;
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  for (const { event, body } of receiver.received) {
    const { schema } = webhooks[event.type]!.post.requestBody.content['application/json'];
    expect(ajv.validate(schema, event) ? [] : ajv.errors).toEqual([]);
    expect(body).not.toContain(`"${code}"`);
  }
  expect(new Set(receiver.types()).size).toBe(7);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(9);
});

test('an endpoint that asks for masked numbers never gets one in full', async () => {
  await addEndpoint(receiver.url, 'masked');
  const phoneNumber = freshNumber();
  await service.request(phoneNumber);
  await receiver.waitFor(2);
  expect(receiver.received[0]?.event.data['phoneNumber']).toMatch(/^\+1415\*+\d\d$/);
  expect(receiver.received.map(({ body }) => body).join()).not.toContain(phoneNumber);
});

test('a failed attempt is repeated with the same id, no sooner than Retry-After says', async () => {
  const { id } = await addEndpoint(receiver.url);
  receiver.answerWith((res) => res.writeHead(503, { 'retry-after': '3600' }).end('later'));
  await service.webhooks.endpoints.sendTest(DEFAULT_APPLICATION, id);
  const { attempts, nextAttemptAt, id: deliveryId } = await settled(id, 'webhook.test');
  expect(attempts).toMatchObject([{ status: 503, error: 'status_5xx', answer: 'later' }]);
  expect((nextAttemptAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan(3_590_000);
  const [endpoint] = await service.webhooks.endpoints.list(DEFAULT_APPLICATION);
  expect(endpoint?.failingSince).not.toBeNull();
  receiver.answerWith((res) => res.end());
  expect(await service.webhooks.endpoints.replay(DEFAULT_APPLICATION, id, deliveryId)).toBe(1);
  await receiver.waitFor(2);
  expect((await settled(id, 'webhook.test', 2)).status).toBe('delivered');
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
});

test('of a delivery that is replayed again and again, the newest 20 attempts are kept', async () => {
  const { endpoints } = service.webhooks;
  const { id } = await addEndpoint(receiver.url);
  await endpoints.sendTest(DEFAULT_APPLICATION, id);
  const { id: deliveryId } = await settled(id, 'webhook.test');
  await service.rows(
    `UPDATE webhook_deliveries SET attempt_log = (
       SELECT jsonb_agg(attempt_log->0 || jsonb_build_object('durationMs', -n)) FROM generate_series(1, 20) AS n
     ) WHERE endpoint_id = $1 RETURNING 1`,
    [id],
  );
  await endpoints.replay(DEFAULT_APPLICATION, id, deliveryId);
  const deadline = performance.now() + 8000;
  for (let newest = -20; newest < 0;) {
    expect(performance.now()).toBeLessThan(deadline);
    const { attempts } = await settled(id, 'webhook.test', 20);
    expect(attempts).toHaveLength(20);
    newest = attempts.at(-1)?.durationMs ?? -1;
    if (newest >= 0) expect(attempts[0]?.durationMs).toBe(-2);
  }
});

test('410 stops an endpoint, and so do five days of failures, visibly', async () => {
  const { endpoints } = service.webhooks;
  const [gone, failing] = [await addEndpoint(receiver.url), await addEndpoint(receiver.url)];
  receiver.answerWith((res) => res.writeHead(410).end());
  await endpoints.sendTest(DEFAULT_APPLICATION, gone.id);
  await settled(gone.id, 'webhook.test');
  await service.rows(
    `UPDATE webhook_endpoints SET failing_since = now() - interval '121 hours' WHERE id = $1 RETURNING 1`,
    [failing.id],
  );
  receiver.answerWith((res) => res.writeHead(500).end());
  await endpoints.sendTest(DEFAULT_APPLICATION, failing.id);
  await settled(failing.id, 'webhook.test');
  const states = await endpoints.list(DEFAULT_APPLICATION);
  expect(states.map(({ disabledReason }) => disabledReason)).toEqual(['gone', 'failing']);
  const logged = (await service.log.flushed()).events('webhook.endpoint_disabled');
  expect(logged).toHaveLength(2);
  const enabled = await endpoints.enable(DEFAULT_APPLICATION, failing.id);
  expect(enabled).toMatchObject({ disabledAt: null, failingSince: null });
});

test('a receiver that misbehaves delays no other and is not read beyond the limit', async () => {
  let sentBytes = 0;
  const megabyte = Buffer.alloc(1 << 20, 'x');
  const flood: Parameters<Receiver['answerWith']>[0] = (res) => {
    let left = 500;
    // Node calls back at once, with an error, after the client has closed the connection.
    const more = (error?: Error | null) => {
      if (error || res.destroyed || left === 0) return;
      sentBytes += megabyte.length;
      left -= 1;
      res.write(megabyte, more);
    };
    res.writeHead(200);
    more();
  };
  const answers: Record<string, Parameters<Receiver['answerWith']>[0]> = {
    hangs: () => undefined,
    drips: (res) => void setInterval(() => res.write('.'), 50).unref(),
    resets: (res) => void res.socket?.resetAndDestroy(),
    redirects: (res) => void res.writeHead(307, { location: receiver.url }).end(),
    floods: flood,
  };
  const ids: Record<string, string> = {};
  for (const [name, answer] of Object.entries(answers)) {
    const bad = await startReceiver(answer);
    receivers.push(bad);
    ids[name] = (await addEndpoint(bad.url)).id;
  }
  const own = await addEndpoint(receiver.url);
  const from = performance.now();
  for (let i = 0; i < 3; i += 1) await service.request(freshNumber());
  await receiver.waitFor(6);
  // The one that hangs would delay it by ten seconds.
  expect(performance.now() - from).toBeLessThan(8000);
  const attemptOf = async (name: string) =>
    (await settled(ids[name] ?? '', 'verification.sent')).attempts[0];
  expect(await attemptOf('resets')).toMatchObject({ status: null, error: 'connection_failed' });
  expect(await attemptOf('redirects')).toMatchObject({ status: 307, error: 'status_3xx' });
  const flooded = await attemptOf('floods');
  expect([flooded?.status, flooded?.answer?.length]).toEqual([200, 1024]);
  expect(sentBytes).toBeLessThan(100 << 20);
  expect(receiver.received).toHaveLength(6);
  expect((await settled(own.id, 'verification.sent')).status).toBe('delivered');
});

test('one endpoint receives 100 events a second, and lists the newest first', async () => {
  const { id } = await addEndpoint(receiver.url);
  receiver.answerWith((res) => void setTimeout(() => res.end(), 100));
  await service.rows(
    `SELECT write_application_event('${DEFAULT_APPLICATION}', 'number.blocked', NULL, '{}')
     FROM generate_series(1, 300)`,
  );
  const from = performance.now();
  await receiver.waitFor(300, 15_000);
  expect((performance.now() - from) / 300).toBeLessThan(scaledForLoad(10));
  const listed = await service.webhooks.endpoints.deliveries(DEFAULT_APPLICATION, id);
  const ids = (listed ?? []).map((delivery) => Number(delivery.id));
  expect(ids).toHaveLength(100);
  expect(ids).toEqual([...ids].sort((a, b) => b - a));
});

test('a process that stops leaves the delivery due, and says nothing against its endpoint', async () => {
  const { endpoints } = service.webhooks;
  receiver.answerWith(() => undefined);
  const { id } = await addEndpoint(receiver.url);
  await endpoints.sendTest(DEFAULT_APPLICATION, id);
  await receiver.waitFor(1);
  await stop();
  const stopped = await deliveryOf(id, 'webhook.test');
  const stored = await service.rows(
    'SELECT next_attempt_at <= now() AS is_due, leased_until FROM webhook_deliveries',
  );
  // Tests that failed are repeated after this one.
  stop = service.webhooks.start();
  expect(stopped).toMatchObject({
    status: 'pending',
    attempts: [{ status: null, error: 'interrupted' }],
  });
  expect(stored).toEqual([{ is_due: true, leased_until: null }]);
  expect(await endpoints.find(DEFAULT_APPLICATION, id)).toMatchObject({ failingSince: null });
});

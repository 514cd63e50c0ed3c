import { Webhook } from 'standardwebhooks';
import { WebhookClient } from '../../../../src/clients/webhook-client.js';
import { Statements } from '../../../../src/database/statements.js';
import { SecretBox, WEBHOOK_SECRETS } from '../../../../src/domain/secret-box.js';
import {
  WebhookDeliveryService,
  type Places,
} from '../../../../src/services/webhooks/delivery.service.js';
import { WebhookEndpointService } from '../../../../src/services/webhooks/endpoint.service.js';
import { createLogger } from '../../../../src/observability/logger.js';
import { createApplication } from '../../../support/applications.js';
import { noteSecret } from '../../../support/evidence.js';
import { TestService } from '../../../support/service.js';
import { startReceiver, type Receiver } from './receiver.js';

const OLD_KEY = 'the-old-secret-of-webhooks-0123456789';
const NEW_KEY = 'the-new-secret-of-webhooks-0123456789';

let service: TestService;
let statements: Statements;

beforeAll(async () => {
  service = await TestService.start();
  statements = new Statements(service.connections);
});
afterAll(() => service.stop());

const boxOf = (...keys: string[]) => new SecretBox(keys, WEBHOOK_SECRETS);

async function addEndpoint(applicationId: string, url: string) {
  const endpoints = new WebhookEndpointService(statements, boxOf(OLD_KEY), { allowPrivate: true });
  const wanted = { url, events: ['*'], numberFormat: 'full' } as const;
  const created = await endpoints.create(applicationId, wanted);
  if (typeof created === 'string') throw new Error(created);
  noteSecret(created.secret);
  return created;
}

async function startWorker(keys: string[], places?: Places): Promise<() => Promise<void>> {
  const client = new WebhookClient({ allowPrivate: true, timeoutMs: 10_000 });
  const worker = new WebhookDeliveryService({
    statements,
    client,
    secrets: boxOf(...keys),
    logger: createLogger({ level: 'info', stream: service.log }),
    ...(places && { places }),
  });
  await worker.resealSecrets();
  const stop = worker.start();
  return async () => {
    await stop();
    await client.close();
  };
}

const write = (application: string, count: number) =>
  service.rows(
    `SELECT write_application_event($1, 'number.blocked', NULL, '{}') FROM generate_series(1, $2::int)`,
    [application, count],
  );

test('slow endpoints of one application leave places to its others, and to other applications', async () => {
  const waiting: Parameters<Receiver['answerWith']>[0] = () => undefined;
  const slow = await Promise.all([1, 2, 3].map(() => startReceiver(waiting)));
  const [quick, crowded] = [await startReceiver(), await startReceiver(waiting)];
  const [shop, bank, club] = await Promise.all(
    ['shop', 'bank', 'club'].map((name) => createApplication(service, name)),
  );
  for (const { url } of slow) await addEndpoint(shop!.id, url);
  await addEndpoint(bank!.id, crowded.url);
  await addEndpoint(club!.id, quick.url);
  for (const { id } of [shop!, bank!]) await write(id, 10);
  const stop = await startWorker([OLD_KEY], {
    endpoint: 4,
    failing: 1,
    application: 6,
    own: 1,
    total: 8,
  });
  const inFlight = () => slow.map(({ received }) => received.length);
  for (const one of [...slow, crowded]) await one.waitFor(1);
  await write(club!.id, 5);
  await quick.waitFor(5);
  const total = inFlight().reduce((sum, count) => sum + count, 0);
  expect(inFlight()).toEqual([2, 2, 2].map((two) => expect.closeTo(two, -0.5) as number));
  expect(total).toBeLessThanOrEqual(6);
  expect(total + crowded.received.length).toBe(8);
  for (const one of [...slow, crowded]) await one.close();
  await stop();
  await quick.close();
}, 20_000);

test('a new OTP_SECRET encrypts the secrets of endpoints anew, and they stay valid', async () => {
  const receiver = await startReceiver();
  const { id } = await createApplication(service, 'rotated');
  const { secret } = await addEndpoint(id, receiver.url);
  const stopFirst = await startWorker([NEW_KEY, OLD_KEY]);
  await stopFirst();
  await write(id, 1);
  const stop = await startWorker([NEW_KEY]);
  await receiver.waitFor(1);
  await stop();
  const [got] = receiver.received;
  expect(new Webhook(secret).verify(got!.body, got!.headers as Record<string, string>)).toEqual(
    got!.event,
  );
  await receiver.close();
});

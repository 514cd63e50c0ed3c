import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createApplication,
  createOperator,
  type TestApplication,
} from '../../../support/applications.js';
import { noteSecret } from '../../../support/evidence.js';
import { TestService, type Answer } from '../../../support/service.js';

let service: TestService;
let shop: TestApplication;
let bank: TestApplication;
let operator: Record<string, string>;

beforeAll(async () => {
  service = await TestService.start();
  [shop, bank] = [
    await createApplication(service, 'shop'),
    await createApplication(service, 'bank'),
  ];
  operator = await createOperator(service);
});
afterAll(() => service.stop());

const URL_OF_SHOP = 'https://shop.example/hook';

async function create(
  headers: Record<string, string>,
  body: Record<string, unknown> = {},
): Promise<Answer> {
  const answer = await service.post('/webhooks', { url: URL_OF_SHOP, ...body }, headers);
  const { secret } = answer.body as { secret?: string };
  if (secret !== undefined) noteSecret(secret);
  return answer;
}

test('a secret key creates, lists, rotates, disables, enables and deletes endpoints of its application', async () => {
  const created = await create(shop.backend);
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({
    applicationId: shop.id,
    url: URL_OF_SHOP,
    events: ['*'],
    numberFormat: 'full',
    status: 'enabled',
    secrets: 1,
    secret: expect.stringMatching(/^whsec_[0-9A-Za-z+/]{43}=$/) as string,
  });
  const path = `/webhooks/${String(created.body['id'])}`;
  const call = (route: string) => service.post(path + route, {}, shop.backend);
  expect((await call('/rotate')).body).toMatchObject({ secrets: 2 });
  expect((await call('/disable')).body).toMatchObject({ disabledReason: 'operator' });
  expect((await call('/enable')).body).toMatchObject({ status: 'enabled', disabledReason: null });
  expect((await call('/test')).status).toBe(200);
  const deliveries = await service.get(`${path}/deliveries`, shop.backend);
  expect(deliveries.body['deliveries']).toMatchObject([{ type: 'webhook.test', attempts: [] }]);
  expect((await call('/replay')).body).toEqual({ replayed: 0 });
  const listed = await service.get('/webhooks', shop.backend);
  expect(listed.text).not.toContain('whsec_');
  expect(listed.body['webhooks']).toHaveLength(1);
  expect((await service.call('DELETE', path, undefined, shop.backend)).status).toBe(200);
  expect((await service.get(path, shop.backend)).body['code']).toBe('webhook_not_found');
});

test.each(['', '/deliveries', '/rotate', '/disable', '/enable', '/replay', '/test', 'DELETE'])(
  "another application's endpoint is unknown (%s)",
  async (route) => {
    const id = String((await create(shop.backend)).body['id']);
    const isRead = route === '' || route === '/deliveries';
    const answer =
      route === 'DELETE'
        ? await service.call('DELETE', `/webhooks/${id}`, undefined, bank.backend)
        : isRead
          ? await service.get(`/webhooks/${id}${route}`, bank.backend)
          : await service.post(`/webhooks/${id}${route}`, {}, bank.backend);
    expect([answer.status, answer.body['code']]).toEqual([404, 'webhook_not_found']);
    await service.call('DELETE', `/webhooks/${id}`, undefined, shop.backend);
  },
);

test('the example of docs/webhooks.md creates an endpoint', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/webhooks.md'), 'utf8');
  const [, body = ''] = /-d '(\{"url".*\})'/.exec(page) ?? [];
  const example = JSON.parse(body) as Record<string, unknown>;
  const created = await create(shop.backend, example);
  expect([created.status, created.body]).toMatchObject([201, example]);
  const path = `/webhooks/${String(created.body['id'])}`;
  expect((await service.call('DELETE', path, undefined, shop.backend)).status).toBe(200);
});

test('an operator key sees the endpoints of every application, and creates one for all', async () => {
  const own = await create(shop.backend);
  const every = await create(operator);
  expect(every.body).toMatchObject({ applicationId: null });
  const forBank = await create(operator, { applicationId: bank.id });
  expect(forBank.body).toMatchObject({ applicationId: bank.id });
  expect((await create(operator, { applicationId: 'app_none' })).status).toBe(400);
  const listed = (await service.get('/webhooks', operator)).body['webhooks'] as { id: string }[];
  const ids = listed.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining([own.body['id'], every.body['id']]));
  expect((await service.get(`/webhooks/${String(own.body['id'])}`, operator)).status).toBe(200);
});

test('a key names no application but its own', async () => {
  const answer = await create(shop.backend, { applicationId: bank.id });
  expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_request']);
});

test('strangers and publishable keys may not manage webhooks', async () => {
  for (const headers of [{}, shop.page]) {
    expect((await create(headers)).body['code']).toBe('not_permitted');
  }
});

test.each([
  ['no URL', 'shop'],
  ['another protocol', 'ftp://shop.example/'],
  ['credentials', 'https://me:secret@shop.example/'],
  ['a metadata service', 'http://169.254.169.254/latest'],
  ['a null character', 'https://shop.example/\0'],
  ['half a surrogate pair', 'https://shop.example/\ud83d'],
])('a URL with %s is refused', async (_what, url) => {
  const answer = await create(shop.backend, { url });
  expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_request']);
  expect(answer.body['errors']).toEqual([
    { pointer: '/url', message: expect.any(String) as string },
  ]);
});

test('an endpoint that is deleted keeps no secret and receives nothing', async () => {
  const { body } = await create(shop.backend);
  await service.call('DELETE', `/webhooks/${String(body['id'])}`, undefined, shop.backend);
  const [row] = await service.rows(
    'SELECT sealed_secrets AS secrets, disabled_at FROM webhook_endpoints WHERE id = $1',
    [body['id']],
  );
  expect(row).toEqual({ secrets: [], disabled_at: expect.any(Date) as Date });
});

test.each([
  ['the application of a webhook', '/webhooks', { url: URL_OF_SHOP, applicationId: 'app_\0' }],
  ['a name of an application', '/applications', { name: 'a\0b' }],
])('a null character in %s is a 400', async (_what, path, body) => {
  const answer = await service.post(path, body, operator);
  expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_request']);
});

test('a null character in a query is a 400', async () => {
  const answer = await service.get('/verifications?application=shop%00', operator);
  expect([answer.status, answer.body['errors']]).toEqual([
    400,
    [{ pointer: '/application', message: 'must be text without null characters' }],
  ]);
});

test('of 40 endpoints that are created at once, 16 are', async () => {
  const { id, backend } = await createApplication(service, 'crowd');
  const answers = await Promise.all(Array.from({ length: 40 }, () => create(backend)));
  const codes = answers.map(({ status, body }) => body['code'] ?? status);
  expect(codes.filter((code) => code === 201)).toHaveLength(16);
  expect(codes.filter((code) => code === 'webhook_limit')).toHaveLength(24);
  const listed = await service.rows('SELECT 1 FROM webhook_endpoints WHERE application_id = $1', [
    id,
  ]);
  expect(listed).toHaveLength(16);
});

test('an application may test and replay 60 times a minute, and an operator always', async () => {
  const path = `/webhooks/${String((await create(bank.backend)).body['id'])}`;
  const answers = await Promise.all(
    Array.from({ length: 62 }, (_, i) =>
      service.post(`${path}/${i % 2 === 0 ? 'test' : 'replay'}`, {}, bank.backend),
    ),
  );
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(2);
  expect(refused[0]?.body).toMatchObject({
    code: 'rate_limited',
    limit: 'webhook-per-application',
  });
  expect(refused[0]?.headers.get('retry-after')).toMatch(/^[0-9]+$/);
  expect((await service.post(`${path}/test`, {}, operator)).status).toBe(200);
});

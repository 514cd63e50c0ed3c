import { newApiKey, parseApiKey } from '../../../../src/domain/api-key.js';
import { ApiKeyService } from '../../../../src/services/applications/api-key.service.js';
import { Statements } from '../../../../src/database/statements.js';
import {
  createApplication,
  createKey,
  createOperator,
  ORIGIN,
  withKey,
  wrongKey,
  type TestApplication,
} from '../../../support/applications.js';
import { freshNumber, TestService, type Answer } from '../../../support/service.js';

let service: TestService;
let shop: TestApplication;
let operator: Record<string, string>;
beforeAll(async () => {
  service = await TestService.start({ CALLERS: 'keys' });
  shop = await createApplication(service, 'shop');
  operator = await createOperator(service);
});
afterAll(() => service.stop());

const request = (headers: Record<string, string>, more = {}): Promise<Answer> =>
  service.post('/request-otp', { phoneNumber: freshNumber(), ...more }, headers);

const keys = () => new ApiKeyService(new Statements(service.connections));

test('a backend and a page send codes; without a key nobody does', async () => {
  expect((await request(shop.backend)).status).toBe(200);
  expect((await request(shop.page)).status).toBe(200);
  const refused = await request({});
  expect(refused).toMatchObject({ status: 401, body: { code: 'key_invalid' } });
  expect(refused.headers.get('www-authenticate')).toBe('Bearer');
});

test('unknown, wrong, revoked, expired and misspelt keys get one answer', async () => {
  const [revoked, expired] = [
    await createKey(service, 'secret', shop.id),
    await createKey(service, 'secret', shop.id, new Date(Date.now() - 1000)),
  ];
  await keys().revoke(revoked.slice(0, 22));
  const mixed = wrongKey(shop.secretKey);
  expect(parseApiKey(mixed)).toBeDefined();
  const wrong = [newApiKey('secret'), revoked, expired, mixed, `${shop.secretKey}x`, 'pl_', 'pl_x'];
  const answers = await Promise.all(wrong.map((key) => request(withKey(key))));
  for (const { status, body } of answers) {
    const { requestId: _id, instance: _instance, ...rest } = body;
    expect({ status, ...rest }).toEqual({
      status: 401,
      type: 'urn:proofline:problem:key_invalid',
      title: 'The key is invalid',
      detail:
        'Send a key that is in force as `Authorization: Bearer pl_…`. `proofline keys create` creates one.',
      code: 'key_invalid',
    });
  }
  expect(service.log.lines.join()).not.toContain(revoked.slice(23));
});

test('a publishable key works only from the origins of its application', async () => {
  const headers = withKey(shop.publishableKey);
  for (const origin of [undefined, 'null', `${ORIGIN}.evil.example`, ORIGIN.toUpperCase()]) {
    const answer = await request({ ...headers, ...(origin !== undefined && { origin }) });
    expect(answer).toMatchObject({ status: 403, body: { code: 'origin_not_allowed' } });
  }
});

test('a page on the origin of the service may read, although browsers send no Origin then', async () => {
  const own = await createApplication(service, 'own', { origins: [service.url] });
  const page = { ...own.page, origin: service.url };
  const path = `/verifications/${String((await request(page)).body['verificationId'])}`;
  const read = async (key: string, site: string) =>
    (await service.get(path, { ...withKey(key), 'sec-fetch-site': site })).status;
  expect(await read(own.publishableKey, 'same-origin')).toBe(200);
  expect(await read(own.publishableKey, 'cross-site')).toBe(403);
  expect(await read(shop.publishableKey, 'same-origin')).toBe(403);
});

test('a refusal says which keys have the right, and which the request has', async () => {
  const refused = await service.get('/applications', shop.backend);
  expect(refused.body['detail']).toBe(
    'The right in `right` needs a key of the kind operator. This request has a key of the kind secret.',
  );
});

test('a right that the kind lacks is named', async () => {
  const binding = { amount: '5.00', currency: 'EUR', payee: 'Shop' };
  const cases: [Promise<Answer>, string][] = [
    [request(operator), 'requestOtp'],
    [request(shop.page, { purpose: 'transaction', binding }), 'transaction'],
    [service.post('/proofs/spend', { proof: 'x' }, shop.page), 'spendProof'],
    [
      service.post('/verify-otp', { phoneNumber: freshNumber(), code: '1234' }, shop.page),
      'check-by-number',
    ],
  ];
  for (const [answer, right] of cases) {
    expect(await answer).toMatchObject({ status: 403, body: { code: 'not_permitted', right } });
  }
  expect((await request(shop.backend, { purpose: 'transaction' })).status).toBe(200);
});

test('probes and public keys need no key', async () => {
  for (const path of ['/livez', '/readyz', '/.well-known/jwks.json']) {
    expect((await service.get(path)).status).toBe(200);
  }
});

test('a key in its own header leaves Authorization to the access token', async () => {
  const key = { 'proofline-key': shop.secretKey };
  expect((await request({ ...key, authorization: 'Bearer a.b.c' })).status).toBe(200);
  expect((await request({ ...shop.backend, 'proofline-key': 'pl_x' })).status).toBe(401);
});

test('the last use of a key is known', async () => {
  await request(shop.backend);
  const used = async () => (await keys().list('shop')).find(({ kind }) => kind === 'secret');
  while ((await used())?.lastUsedAt === null)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect((await used())?.lastUsedAt?.getTime()).toBeGreaterThan(Date.now() - 60_000);
});

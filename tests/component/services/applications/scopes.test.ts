import { KEY_HEADER } from '../../../../src/domain/api-key.js';
import {
  createApplication,
  createOperator,
  type TestApplication,
} from '../../../support/applications.js';
import { noteSecret } from '../../../support/evidence.js';
import { freshNumber, TestService, type Answer } from '../../../support/service.js';

let service: TestService;
let shop: TestApplication;
let bank: TestApplication;
beforeAll(async () => {
  service = await TestService.start({ CALLERS: 'keys', ACCOUNTS: 'true' });
  shop = await createApplication(service, 'shop', { audience: 'https://shop.example' });
  bank = await createApplication(service, 'bank');
});
afterAll(() => service.stop());

const REFERENCE = 'order-1';

const request = (
  { backend }: TestApplication,
  phoneNumber: string,
  headers: Record<string, string> = {},
  more = {},
): Promise<Answer> => {
  noteSecret(phoneNumber);
  const body = { phoneNumber, reference: REFERENCE, ...more };
  return service.post('/request-otp', body, { ...backend, ...headers });
};

const idOf = ({ body }: Answer) => String(body['verificationId']);

const proofFor = async (
  application: TestApplication,
  phoneNumber: string,
  purpose = 'verification',
): Promise<string> => {
  const verificationId = idOf(await request(application, phoneNumber, {}, { purpose }));
  const body = { verificationId, code: service.sinch.codeFor(phoneNumber) };
  const proof = String(
    (await service.post('/verify-otp', body, application.backend)).body['proof'],
  );
  noteSecret(proof);
  return proof;
};

/** The parts of an answer that do not name the request. */
const withoutIds = ({ status, body }: Answer): object => {
  const { requestId: _requestId, instance: _instance, ...rest } = body;
  return { status, ...rest };
};

const stateOf = (id: string) =>
  service.rows(
    `SELECT to_jsonb(v) AS v, to_jsonb(p) AS p, (SELECT count(*) FROM verification_events WHERE verification_id = v.id)
     FROM verifications AS v JOIN phone_limits AS p USING (phone_key) WHERE v.id = $1`,
    [id],
  );

const UNKNOWN_ID = '06fjqk5m8bq3w2v1zt9h4n7x6cprd0ysa8k2e';
const BY_ID: [string, (id: string, as: TestApplication, code: string) => Promise<Answer>][] = [
  ['GET', (id, { backend }) => service.get(`/verifications/${id}`, backend)],
  ['resend', (id, { backend }) => service.post(`/verifications/${id}/resend`, {}, backend)],
  [
    'DELETE',
    (id, { backend }) => service.call('DELETE', `/verifications/${id}`, undefined, backend),
  ],
  [
    'check by id',
    (verificationId, { backend }, code) =>
      service.post('/verify-otp', { verificationId, code }, backend),
  ],
];

test.each(BY_ID)(
  '%s of a verification of another application is that of an unknown one',
  async (_route, call) => {
    const phoneNumber = freshNumber();
    const id = idOf(await request(shop, phoneNumber));
    const before = await stateOf(id);
    const [messages, comparisons] = [service.sinch.messages, service.sinch.comparisons];
    const code = service.sinch.codeFor(phoneNumber);
    const foreign = await call(id, bank, code);
    expect(foreign).toMatchObject({ status: 404, body: { code: 'verification_not_found' } });
    expect(withoutIds(foreign)).toEqual(withoutIds(await call(UNKNOWN_ID, bank, code)));
    expect(await stateOf(id)).toEqual(before);
    expect([service.sinch.messages, service.sinch.comparisons]).toEqual([messages, comparisons]);
    expect((await call(id, shop, code)).status).toBe(200);
  },
);

test('a check by number finds the verifications of its application only', async () => {
  const phoneNumber = freshNumber();
  const id = idOf(await request(shop, phoneNumber));
  const body = { phoneNumber, code: service.sinch.codeFor(phoneNumber) };
  const before = await stateOf(id);
  const foreign = await service.post('/verify-otp', body, bank.backend);
  expect([foreign.status, foreign.body['code']]).toEqual([401, 'code_invalid']);
  expect(await stateOf(id)).toEqual(before);
  expect((await service.post('/verify-otp', body, shop.backend)).status).toBe(200);
});

test('the same idempotency key, reference and number are two messages in two applications', async () => {
  const phoneNumber = freshNumber();
  const key = { 'idempotency-key': 'order-1-code' };
  const answers = [await request(shop, phoneNumber, key), await request(bank, phoneNumber, key)];
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(new Set(answers.map(idOf)).size).toBe(2);
  const again = await request(shop, phoneNumber, key);
  expect([idOf(again), again.headers.get('idempotent-replayed')]).toEqual([
    idOf(answers[0]!),
    'true',
  ]);
  // A page is a stranger: it does not get what a backend was answered.
  const page = await request({ ...shop, backend: shop.page }, phoneNumber, key);
  expect(answers.map(idOf)).not.toContain(idOf(page));
});

test('the idempotency key of a check belongs to its application and its verification', async () => {
  const checked = async (application: TestApplication, phoneNumber: string) => {
    const verificationId = idOf(await request(application, phoneNumber));
    const body = { verificationId, code: service.sinch.codeFor(phoneNumber) };
    const headers = { ...application.backend, 'idempotency-key': 'check-1' };
    return { body, headers, answer: await service.post('/verify-otp', body, headers) };
  };
  const [first, number] = [await checked(shop, freshNumber()), freshNumber()];
  const others = [await checked(shop, number), await checked(bank, number)];
  for (const { answer } of others) {
    expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([200, null]);
  }
  const again = await service.post('/verify-otp', first.body, first.headers);
  expect([again.headers.get('idempotent-replayed'), again.body['proof']]).toEqual([
    'true',
    first.answer.body['proof'],
  ]);
  const foreign = await service.post('/verify-otp', first.body, {
    ...first.headers,
    ...bank.backend,
  });
  expect(foreign.body['code']).toBe('verification_not_found');
});

test('a proof is valid for its application only, whose audience and id it names', async () => {
  const proof = await proofFor(shop, freshNumber());
  const introspect = async (application: TestApplication) =>
    (await service.post('/proofs/introspect', { proof }, application.backend)).body;
  const spend = (application: TestApplication) =>
    service.post('/proofs/spend', { proof }, application.backend);
  expect(await introspect(bank)).toEqual({ active: false });
  const foreign = await spend(bank);
  expect([foreign.status, foreign.body['code']]).toEqual([401, 'proof_invalid']);
  expect(await introspect(shop)).toMatchObject({
    active: true,
    aud: 'https://shop.example',
    azp: shop.id,
  });
  expect((await spend(shop)).status).toBe(200);

  const other = await proofFor(bank, freshNumber());
  const { body } = await service.post('/proofs/introspect', { proof: other }, bank.backend);
  expect(body).toMatchObject({ active: true, aud: bank.id, azp: bank.id });
  expect((await service.post('/proofs/spend', { proof: other }, shop.backend)).status).toBe(401);
  // The same audience: only the id of the application tells them apart.
  const third = await createApplication(service, 'same-audience');
  expect((await service.post('/proofs/spend', { proof: other }, third.backend)).status).toBe(401);
});

test('no two applications have the same audience, however many ask for it at once', async () => {
  const operator = await createOperator(service);
  const set = (application: string, audience: string | null) =>
    service.post(`/applications/${application}`, { audience }, operator);
  const statuses = (answers: Answer[]) => answers.map(({ status }) => status).toSorted();
  const club = await createApplication(service, 'club');
  for (const taken of ['https://shop.example', bank.id, 'proofline', 'app_default']) {
    const refused = await set('club', taken);
    expect([refused.status, refused.body['code']]).toEqual([409, 'application_exists']);
    const created = { name: 'pub', settings: { audience: taken } };
    expect((await service.post('/applications', created, operator)).status).toBe(409);
  }
  expect(statuses(await Promise.all([set('club', 'one'), set('bank', 'one')]))).toEqual([200, 409]);
  expect(statuses([await set('club', null), await set('bank', null)])).toEqual([200, 200]);
  expect((await set('club', club.id)).status).toBe(200);
  expect(statuses([await set('default', 'proofline'), await set('default', null)])).toEqual([
    ...[200, 200],
  ]);
});

test('a number has an account, logins and sessions of its own in each application', async () => {
  const phoneNumber = freshNumber();
  const passwords = { shop: 'correct horse battery', bank: 'wrong donkey charger' };
  for (const value of Object.values(passwords)) noteSecret(value);
  const post = (path: string, body: object, { backend }: TestApplication) =>
    service.post(path, body, backend);
  const proof = await proofFor(shop, phoneNumber, 'register');
  const body = { proof, password: passwords.shop };
  expect((await post('/auth/register', body, bank)).body['code']).toBe('proof_invalid');
  const accounts = [await post('/auth/register', body, shop)];
  const second = { proof: await proofFor(bank, phoneNumber, 'register'), password: passwords.bank };
  accounts.push(await post('/auth/register', second, bank));
  expect(new Set(accounts.map((one) => one.body['accountId'])).size).toBe(2);

  const login = { phoneNumber, password: passwords.shop };
  expect((await post('/auth/login', login, bank)).body['code']).toBe('credentials_invalid');
  const { loginToken } = (await post('/auth/login', login, shop)).body;
  const factor = { loginToken, factor: 'sms', code: service.sinch.codeFor(phoneNumber) };
  expect((await post('/auth/login/resend', { loginToken }, bank)).body['code']).toBe(
    'token_invalid',
  );
  expect((await post('/auth/login/verify', factor, bank)).body['code']).toBe('token_invalid');
  const tokens = (await post('/auth/login/verify', factor, shop)).body;
  const { refreshToken } = tokens;
  for (const token of [tokens['accessToken'], refreshToken, loginToken]) noteSecret(String(token));

  const me = ({ secretKey }: TestApplication) =>
    service.get('/auth/me', {
      authorization: `Bearer ${String(tokens['accessToken'])}`,
      [KEY_HEADER]: secretKey,
    });
  expect((await me(bank)).body['code']).toBe('token_invalid');
  expect((await me(shop)).body).toMatchObject({ accountId: accounts[0]!.body['accountId'] });
  expect((await post('/auth/refresh', { refreshToken }, bank)).body['code']).toBe('token_invalid');
  const refreshed = await post('/auth/refresh', { refreshToken }, shop);
  expect(refreshed.status).toBe(200);
  // A reused token ends the session, but not when another application shows it.
  await post('/auth/refresh', { refreshToken }, bank);
  expect((await me(shop)).status).toBe(200);
  noteSecret(String(refreshed.body['accessToken']));
  noteSecret(String(refreshed.body['refreshToken']));
});

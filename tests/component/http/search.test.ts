import {
  createApplication,
  createOperator,
  type TestApplication,
} from '../../support/applications.js';
import { freshNumber, TestService, type Answer } from '../../support/service.js';

let service: TestService;
let shop: TestApplication;
let other: TestApplication;
let operator: Record<string, string>;
const phoneNumber = freshNumber();
const ids: string[] = [];

/** Sends a code for an application. */
async function send(application: TestApplication, more: Record<string, unknown> = {}) {
  const body = { phoneNumber, ...more };
  const { body: sent } = await service.post('/request-otp', body, application.backend);
  const id = String(sent['verificationId']);
  const sql = 'UPDATE verifications SET application_id = $2 WHERE id = $1';
  await service.rows(sql, [id, application.id]);
  return id;
}

beforeAll(async () => {
  service = await TestService.start({ CALLERS: 'keys' });
  shop = await createApplication(service, 'shop');
  other = await createApplication(service, 'other');
  operator = await createOperator(service);
  for (let n = 0; n < 5; n += 1) ids.unshift(await send(shop, { reference: `order-${n}` }));
  ids.unshift(await send(other, { reference: 'order-1' }));
});
afterAll(() => service.stop());

const find = (query: string, headers = shop.backend): Promise<Answer> =>
  service.get(`/verifications${query}`, headers);
const idsOf = ({ body }: Answer) =>
  (body['verifications'] as { verificationId: string }[]).map((row) => row.verificationId);

describe('GET /verifications', () => {
  test('lists those of the application of a secret key, and all for an operator', async () => {
    const number = `?phoneNumber=${encodeURIComponent(phoneNumber)}`;
    for (const query of ['', number]) {
      expect(idsOf(await find(query))).toEqual(ids.slice(1));
      expect(idsOf(await find(query, other.backend))).toEqual(ids.slice(0, 1));
      expect(idsOf(await find(query, operator))).toEqual(ids);
    }
    expect(idsOf(await find('?reference=order-1'))).toEqual([ids[4]]);
    expect(idsOf(await find('?reference=order-1', operator))).toEqual([ids[0], ids[4]]);
    expect(idsOf(await find(`?application=${other.id}`, operator))).toEqual(ids.slice(0, 1));
    expect(idsOf(await find('?status=pending&purpose=verification&channel=sms'))).toHaveLength(5);
    expect(idsOf(await find('?status=verified'))).toEqual([]);
    expect(idsOf(await find('?to=2026-01-01T00:00:00Z'))).toEqual([]);
  });

  test('reads a plus that was not encoded', async () => {
    expect(idsOf(await find(`?phoneNumber=${phoneNumber}`))).toHaveLength(5);
  });

  test('presents what the owner may know, and no more', async () => {
    const [found] = (await find('?limit=1')).body['verifications'] as [Record<string, unknown>];
    expect(found).toEqual({
      verificationId: ids[1],
      applicationId: shop.id,
      phoneNumber,
      country: 'US',
      channel: 'sms',
      purpose: 'verification',
      status: 'pending',
      expiresAt: expect.any(String),
      resendAt: expect.any(String),
      attemptsRemaining: 5,
      verifiedAt: null,
      createdAt: expect.any(String),
      reference: 'order-4',
    });
  });

  test.each([
    ['all', '', 5],
    ['a number', `&phoneNumber=${encodeURIComponent(phoneNumber)}`, 5],
    ['a reference', '&reference=order-4', 1],
  ])('pages through %s by Link', async (_, query, size) => {
    const seen: string[] = [];
    let url = new URL(`${service.url}/verifications?limit=2${query}`);
    for (;;) {
      const answer = await service.get(url.pathname + url.search, shop.backend);
      seen.push(...idsOf(answer));
      const link = answer.headers.get('link');
      expect(link === null).toBe(answer.body['nextCursor'] === null);
      if (link === null) break;
      url = new URL(/^<([^>]+)>; rel="next"$/.exec(link)?.[1] ?? '', url);
    }
    expect(seen).toEqual(ids.slice(1, 1 + size));
  });

  test('takes no cursor that it has not given for this search', async () => {
    const cursor = String((await find('?limit=2')).body['nextCursor']);
    expect((await find(`?limit=3&cursor=${cursor}`)).status).toBe(200);
    const flipped = cursor.slice(0, -1) + (cursor.endsWith('A') ? 'B' : 'A');
    const wrong = ['', 'x', flipped, `A${cursor.slice(1)}`, `${cursor}=`, cursor.slice(0, 40)];
    const answers = [
      ...(await Promise.all(wrong.map((text) => find(`?cursor=${encodeURIComponent(text)}`)))),
      await find(`?status=pending&cursor=${cursor}`),
      await find(`?cursor=${cursor}`, other.backend),
      await find(`?cursor=${cursor}`, operator),
    ];
    for (const { status, body } of answers) {
      expect([status, body['code'], body['errors']]).toEqual([
        400,
        'invalid_request',
        [{ pointer: '/cursor', message: 'is not a cursor of this search' }],
      ]);
    }
  });

  test.each([
    ['limit=0', '/limit', 'must be from 1 to 100'],
    ['limit=101', '/limit', 'must be from 1 to 100'],
    ['limit=1&limit=2', '/limit', 'must be a string'],
    [
      'status=done',
      '/status',
      'must be one of sending, pending, verified, failed, expired, cancelled',
    ],
    ['phoneNumber=4155552671', '/phoneNumber', 'must be a phone number in E.164 format'],
    ['from=yesterday', '/from', 'must be a time such as 2026-11-21T06:05:51Z'],
    ['from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z', '/from', 'must be before to'],
    ['stat=verified', '/stat', 'is not a known parameter'],
    ['__proto__=1', '', 'contains an unknown parameter'],
    ['application=app_default', '/application', 'is for operator keys only'],
  ])('refuses ?%s', async (query, pointer, message) => {
    const { status, body } = await find(`?${query}`);
    expect([status, body['errors']]).toEqual([400, [{ pointer, message }]]);
  });

  test('is for secret and operator keys', async () => {
    expect((await find('', shop.page)).body['code']).toBe('not_permitted');
    expect((await find('', {})).body['code']).toBe('key_invalid');
  });
});

describe('GET /users/{phoneNumber}', () => {
  const user = (headers: Record<string, string>, number = phoneNumber) =>
    service.get(`/users/${number}`, headers);

  test('says through whom a number was proved', async () => {
    const unknown = [await user(shop.backend), await user(operator)];
    expect(unknown.map(({ body }) => body['code'])).toEqual(['user_not_found', 'user_not_found']);
    const verificationId = await send(shop);
    const check = { verificationId, code: service.sinch.codeFor(phoneNumber) };
    expect((await service.post('/verify-otp', check, shop.backend)).status).toBe(200);

    const { status, body } = await user(shop.backend, encodeURIComponent(phoneNumber));
    const verifiedAt = expect.stringMatching(/^20.*Z$/) as unknown;
    const proved = { phoneNumber, status: 'verified', country: 'US', verifiedAt };
    expect([status, body]).toEqual([200, { ...proved, lastVerifiedAt: body['verifiedAt'] }]);
    expect((await user(operator)).body).toEqual(body);
    expect((await user(other.backend)).body['code']).toBe('user_not_found');
    expect((await user(shop.backend, '4155552671')).body['code']).toBe('user_not_found');
    expect((await user(shop.page)).body['code']).toBe('not_permitted');
  });

  test('keeps the first time, and a time for each application', async () => {
    const first = (await user(shop.backend)).body;
    for (const application of [shop, other]) {
      const id = await send(application);
      const check = { verificationId: id, code: service.sinch.codeFor(phoneNumber) };
      expect((await service.post('/verify-otp', check, application.backend)).status).toBe(200);
    }
    const [ours, theirs, all] = [
      (await user(shop.backend)).body,
      (await user(other.backend)).body,
      (await user(operator)).body,
    ];
    expect(ours['verifiedAt']).toBe(first['verifiedAt']);
    expect(String(ours['lastVerifiedAt']) > String(first['lastVerifiedAt'])).toBe(true);
    expect(theirs['verifiedAt']).toBe(theirs['lastVerifiedAt']);
    expect(all).toEqual({ ...ours, lastVerifiedAt: theirs['lastVerifiedAt'] });
  });

  test('is gone with its applications once an operator has erased it', async () => {
    const erase = (headers: Record<string, string>) =>
      service.call('DELETE', `/users/${phoneNumber}`, undefined, headers);
    expect((await erase(shop.backend)).body['code']).toBe('not_permitted');
    const { status, body } = await erase(operator);
    expect([status, body]).toMatchObject([200, { phoneNumber, deleted: { users: 1 } }]);
    expect((await user(operator)).status).toBe(404);
    expect(await service.rows('SELECT FROM user_applications')).toEqual([]);
    expect(service.log.lines.join('')).toMatch(/"operator\.erase".*"phone":"\+1415\*/);
  });
});

test('wrong codes stay HOT updates, with the indexes of the search', async () => {
  const id = await send(shop, { phoneNumber: freshNumber(), reference: 'hot' });
  const updated = async () => {
    const [row] = await service.rows(
      `SELECT n_tup_upd::int AS all, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables WHERE relname = 'verifications'`,
    );
    return row as { all: number; hot: number };
  };
  await service.rows('SELECT pg_stat_force_next_flush()');
  const attempts = `UPDATE verifications SET attempts = attempts + 1, last_attempt_at = now(), updated_at = now() WHERE id = $1`;
  const before = await updated();
  for (let n = 0; n < 3; n += 1) await service.rows(attempts, [id]);
  await service.rows('SELECT pg_stat_force_next_flush()');
  const after = await updated();
  expect([after.all - before.all, after.hot - before.hot]).toEqual([3, 3]);
});

import { createApplication, type TestApplication } from '../../../support/applications.js';
import { noteSecret } from '../../../support/evidence.js';
import { freshNumber, TestService } from '../../../support/service.js';

const DAY = 86_400;

let service: TestService;
let shop: TestApplication;
let bank: TestApplication;
beforeAll(async () => {
  service = await TestService.start({
    CALLERS: 'keys',
    ACCOUNTS: 'true',
    LIMIT_SEND_PER_IP: '2/1h',
    LIMIT_CHECK_PER_IP: '2/1h',
    LIMIT_SEND_PER_APPLICATION: '40/24h',
  });
  shop = await createApplication(service, 'shop');
  bank = await createApplication(service, 'bank', { sendQuota: { perDay: 2, perMonth: 30 } });
});
afterAll(() => service.stop());

const send = (headers: Record<string, string>, client?: unknown) => {
  const phoneNumber = freshNumber();
  noteSecret(phoneNumber);
  return service.post(
    '/request-otp',
    { phoneNumber, ...(client !== undefined && { client }) },
    headers,
  );
};
const statuses = async (ips: readonly string[]) => {
  const all: number[] = [];
  for (const ip of ips) all.push((await send(shop.backend, { ip })).status);
  return all;
};

test('a backend has no limits per address, unless it names the address of its user', async () => {
  for (let i = 0; i < 4; i += 1) {
    const { status, headers } = await send(shop.backend);
    expect([status, headers.get('ratelimit')]).toEqual([200, null]);
  }
  expect(await statuses(['192.0.2.1', '192.0.2.1', '192.0.2.2'])).toEqual([200, 200, 200]);
  const refused = await send(shop.backend, { ip: '192.0.2.1', userAgent: 'curl/8', deviceId: 'd' });
  expect([refused.status, refused.body['limit']]).toEqual([429, 'send-per-ip']);
  expect((await send(bank.backend, { ip: '192.0.2.1' })).status).toBe(200);
});

test('the limits of checks and logins count the named address, too', async () => {
  const login = (client?: object) =>
    service.post(
      '/auth/login',
      { phoneNumber: freshNumber(), password: 'x y z', ...client },
      shop.backend,
    );
  const client = { client: { ip: '192.0.2.9' } };
  for (const expected of [401, 401, 429]) expect((await login(client)).status).toBe(expected);
  for (const expected of [401, 401, 401]) expect((await login()).status).toBe(expected);
  const check = (more?: object) =>
    service.post(
      '/verify-otp',
      { phoneNumber: freshNumber(), code: '1234', ...more },
      shop.backend,
    );
  for (const expected of [401, 401, 429]) expect((await check(client)).status).toBe(expected);
  expect((await check()).status).toBe(401);
});

test('IPv6 counts by /64, and four and sixteen times as much by /56 and /48', async () => {
  expect(await statuses(['2001:db8:0:100::1', '2001:db8:0:100::2', '2001:db8:0:100::3'])).toEqual([
    ...[200, 200, 429],
  ]);
  const of56 = ['101', '102', '103', '104', '105', '106'].map((net) => `2001:db8:0:${net}::1`);
  expect(await statuses(of56)).toEqual([200, 200, 200, 200, 200, 200]);
  expect(await statuses(['2001:db8:0:107::1'])).toEqual([429]);
  expect(await statuses(['2001:db8:0:200::1'])).toEqual([200]);
});

test('only a secret key may name the user, with a valid address', async () => {
  const page = await send(shop.page, { ip: '192.0.2.1' });
  expect([page.status, page.body['code'], page.body['right']]).toEqual([
    403,
    'not_permitted',
    'client',
  ]);
  for (const ip of ['192.0.2.256', 'localhost', '2001:db8::/64', '']) {
    const { status, body } = await send(shop.backend, { ip });
    expect([status, body['errors']]).toEqual([
      400,
      [{ pointer: '/client/ip', message: expect.any(String) as string }],
    ]);
  }
});

test("an application's quota refuses its own messages only", async () => {
  const other = await createApplication(service, 'third', { sendQuota: { perDay: 2 } });
  expect((await send(other.backend)).status).toBe(200);
  expect((await send(other.backend)).status).toBe(200);
  const refused = await send(other.backend);
  expect([refused.status, refused.body['code'], refused.body['limit']]).toEqual([
    ...[429, 'rate_limited', 'send-per-application'],
  ]);
  expect(refused.headers.get('ratelimit-policy')).toContain(
    `"send-per-application"; q=2; w=${DAY}`,
  );
  expect((await send(bank.backend)).status).toBe(200);
  const rows = await service.rows(
    `SELECT key, window_seconds, counts FROM limit_counters WHERE limit_name = 'send-per-application' AND key = $1 ORDER BY 2`,
    [bank.id],
  );
  expect(rows).toEqual([
    { key: bank.id, window_seconds: DAY, counts: [2] },
    { key: bank.id, window_seconds: 30 * DAY, counts: [2] },
  ]);
});

import { registered } from '../../../support/accounts.js';
import { createApplication } from '../../../support/applications.js';
import { freshNumber, TestService, type Answer } from '../../../support/service.js';
import { expectRefusedBy } from './limit-helpers.js';

const DAY = 86_400;

describe('strangers who use up the messages of a country', () => {
  let service: TestService;
  beforeEach(async () => {
    service = await TestService.start({
      CALLERS: 'open',
      ACCOUNTS: 'true',
      LIMIT_SEND_PER_COUNTRY: '4/24h',
      LIMIT_SEND_TOTAL: '6/24h',
      LIMIT_SEND_TO_VERIFIED: '3/24h',
      LIMIT_SEND_PER_PHONE: '2/24h',
      LIMIT_SEND_PER_APPLICATION: '2/24h',
    });
  });
  afterEach(() => service.stop());

  const ask = (phoneNumber: string, headers = {}): Promise<Answer> =>
    service.post('/request-otp', { phoneNumber }, headers);
  const asked = async (times: number, number: () => string) => {
    for (let i = 0; i < times; i += 1) await service.request(number());
  };
  const verifiedBefore = (number: string) =>
    service.rows(
      `WITH u AS (
         INSERT INTO users (phone_number, country, status, verified_at, last_verified_at)
         VALUES ($1, 'US', 'verified', now() - interval '1 day', now() - interval '1 day') RETURNING id
       ) INSERT INTO user_applications SELECT id, 'app_default', now() - interval '1 day' FROM u`,
      [number],
    );
  const countedBy = async (name: string) =>
    (
      await service.rows(
        `SELECT sum(n)::int AS n FROM limit_counters CROSS JOIN unnest(counts) AS n WHERE limit_name = $1`,
        [name],
      )
    )[0]?.['n'];

  test('stop neither logins, nor numbers verified before, nor backends', async () => {
    const person = await registered(service);
    const shop = await createApplication(service, 'shop');
    await asked(3, freshNumber);
    expectRefusedBy(await ask(freshNumber()), 'send-per-country', 4, DAY);

    const login = await person.begin();
    expect([login.status, login.body['verification'] !== undefined]).toEqual([200, true]);
    expect(
      await person.complete(String(login.body['loginToken']), 'sms', person.smsCode()),
    ).toMatchObject({
      status: 200,
    });
    expect((await ask(freshNumber(), shop.backend)).status).toBe(200);

    await verifiedBefore('+14155559901');
    expect((await ask('+14155559901')).status).toBe(200);
    expect((await ask(freshNumber(), shop.page)).status).toBe(200);
    expect(
      await Promise.all(
        ['send-for-login', 'send-per-application', 'send-to-verified'].map(countedBy),
      ),
    ).toEqual([...[1, 1, 1]]);
  });

  test('send to verified numbers within a cap of its own, and to each within its own limit', async () => {
    const person = await registered(service);
    const numbers = ['+14155559911', '+14155559912', '+14155559913'];
    for (const number of numbers) await verifiedBefore(number);
    await asked(2, () => numbers[0]!);
    expectRefusedBy(await ask(numbers[0]!), 'send-per-phone', 2, DAY);
    await service.request(numbers[1]!);
    // Named as for other numbers, or it would tell that the number was verified.
    expectRefusedBy(await ask(numbers[2]!), 'send-per-country', 4, DAY);
    // The cap is neither that of logins nor that of unknown numbers.
    expect((await person.begin()).body['verification']).toBeDefined();
    await service.request(freshNumber());
  });

  test('get a failed send back from the limit that counted it', async () => {
    const number = '+14155559921';
    const unreachable = () => service.sinch.answer('POST', 503, { errorCode: 50300 });
    await service.request(number);
    unreachable();
    expect((await ask(freshNumber())).status).toBe(503);
    await service.verify(await service.request(number), service.sinch.codeFor(number));
    await service.rows(`DELETE FROM phone_limits`);
    unreachable();
    expect((await ask(number)).status).toBe(503);
    const id = await service.request(number);
    await service.rows(`DELETE FROM phone_limits`);
    unreachable();
    expect((await service.post(`/verifications/${id}/resend`, {})).status).toBe(503);
    const shop = await createApplication(service, 'shop');
    unreachable();
    expect((await ask(freshNumber(), shop.backend)).status).toBe(503);
    const names = ['send-per-country', 'send-total', 'send-to-verified', 'send-to-verified-total'];
    expect(await Promise.all([...names, 'send-per-application'].map(countedBy))).toEqual([
      ...[2, 2, 1, 1, 0],
    ]);
  });
});

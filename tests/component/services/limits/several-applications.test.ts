import { registered } from '../../../support/accounts.js';
import { createApplication, type TestApplication } from '../../../support/applications.js';
import { freshNumber, TestService, type Answer } from '../../../support/service.js';
import { tally } from './limit-helpers.js';

const DAY = 86_400;
const PER_COUNTRY = 4;
const CEILING = 10;
const PER_ADDRESS = 6;

let service: TestService;
let shop: TestApplication;
let club: TestApplication;
let bank: TestApplication;
beforeAll(async () => {
  service = await TestService.start({
    CALLERS: 'keys',
    ACCOUNTS: 'true',
    TRUST_PROXY: '127.0.0.1',
    LIMIT_SEND_PER_IP: `${PER_ADDRESS}/1h`,
    LIMIT_SEND_PER_COUNTRY: `${PER_COUNTRY}/24h`,
    LIMIT_SEND_TOTAL: '5/24h',
    LIMIT_SEND_ALL_APPLICATIONS: `${CEILING}/24h`,
    LIMIT_SEND_TO_VERIFIED: '1/24h',
  });
  shop = await createApplication(service, 'shop');
  club = await createApplication(service, 'club');
  bank = await createApplication(service, 'bank');
});
afterEach(() => service.rows('WITH p AS (DELETE FROM phone_limits) DELETE FROM limit_counters'));
afterAll(() => service.stop());

type Headers = Record<string, string>;

const ask = (headers: Headers, phoneNumber = freshNumber(), more = {}): Promise<Answer> =>
  service.post('/request-otp', { phoneNumber, ...more }, headers);
let address = 0;
const fromAnywhere = ({ page }: TestApplication): Headers => {
  address += 1;
  return { ...page, 'x-forwarded-for': `192.0.2.${address}` };
};
/** The refusal of a limit, without the state of the limit per address. */
const refusalOf = ({ body, headers }: Answer) => ({
  limit: body['limit'],
  policy: headers.get('ratelimit-policy')?.split(', ').at(-1),
  state: headers.get('ratelimit')?.split(', ').at(-1),
});
const refusedBy = (limit: string, quota: number) => ({
  limit,
  policy: `"${limit}"; q=${quota}; w=${DAY}`,
});
const useUp = async (applications: readonly TestApplication[]): Promise<Answer[]> => {
  const answers: Answer[] = [];
  for (let i = 0; i < 2 * PER_COUNTRY; i += 1) {
    for (const each of applications) answers.push(await ask(fromAnywhere(each)));
  }
  return answers;
};
/** The service as a page of the application calls it. */
const calledBy = (application: TestApplication): TestService =>
  Object.assign(Object.create(service) as TestService, {
    post: (path: string, body: unknown, headers?: Headers) =>
      service.post(path, body, { ...fromAnywhere(application), ...headers }),
  });

test('an attacker with the public keys of two applications harms neither a third nor the bill', async () => {
  const person = await registered(calledBy(bank));
  const before = service.sinch.messages;
  expect(tally(await useUp([shop, club]))).toEqual({ 200: 2 * PER_COUNTRY, 429: 2 * PER_COUNTRY });
  expect(refusalOf(await ask(fromAnywhere(shop)))).toMatchObject(
    refusedBy('send-per-country', PER_COUNTRY),
  );
  expect(service.sinch.messages - before).toBe(2 * PER_COUNTRY);

  expect((await ask(fromAnywhere(bank))).status).toBe(200);
  // The sign-up and this message are those that the ceiling leaves.
  expect(refusalOf(await ask(fromAnywhere(bank)))).toMatchObject(
    refusedBy('send-all-applications', CEILING),
  );
  expect(service.sinch.messages - before).toBe(CEILING - 1);
  expect((await person.begin()).body['verification']).toBeDefined();
  expect((await ask(bank.backend)).status).toBe(200);
  expect((await ask(fromAnywhere(bank), person.phoneNumber)).status).toBe(200);
});

test('one address sends as many messages with the keys of several applications as with one', async () => {
  const ip = '203.0.113.7';
  const from = ({ page }: TestApplication) => ({ ...page, 'x-forwarded-for': ip });
  const before = service.sinch.messages;
  const named = ({ backend }: TestApplication) => ask(backend, freshNumber(), { client: { ip } });
  for (let i = 0; i < PER_ADDRESS; i += 1) {
    expect((await ask(from([shop, club, bank][i % 3]!))).status).toBe(200);
  }
  for (const each of [shop, club, bank]) {
    expect((await ask(from(each))).body['limit']).toBe('send-per-ip');
  }
  expect(service.sinch.messages - before).toBe(PER_ADDRESS);
  // Neither strangers nor the backend of another application use up what a backend's user has.
  for (let i = 0; i < PER_ADDRESS; i += 1) expect((await named(shop)).status).toBe(200);
  expect((await named(shop)).body['limit']).toBe('send-per-ip');
  expect((await named(club)).status).toBe(200);
});

describe('a number that was verified through one application', () => {
  const verify = async (application: TestApplication, phoneNumber: string) => {
    const page = calledBy(application);
    const id = await page.request(phoneNumber);
    expect((await page.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
    await service.rows(`DELETE FROM phone_limits`);
  };

  test('is an unknown one to another whose messages are used up', async () => {
    const number = freshNumber();
    await verify(shop, number);
    await useUp([club]);
    expect(refusalOf(await ask(fromAnywhere(club), number))).toMatchObject(
      refusedBy('send-per-country', PER_COUNTRY),
    );
    expect((await ask(fromAnywhere(shop), number)).status).toBe(200);
  });

  test('is refused there as any other, once its budget is used up', async () => {
    const [number, other] = [freshNumber(), freshNumber()];
    await verify(shop, number);
    await verify(shop, other);
    expect((await ask(fromAnywhere(shop), other)).status).toBe(200);
    const late = `UPDATE limit_counters SET slots = ARRAY(SELECT slot - 30 FROM unnest(slots) AS slot)
      WHERE limit_name = 'send-to-verified'`;
    await service.rows(late);
    await useUp([shop]);
    const [known, unknown] = [await ask(fromAnywhere(shop), number), await ask(fromAnywhere(shop))];
    const waitOf = ({ body }: Answer) => Number(body['retryAfter']);
    for (const answer of [known, unknown]) {
      expect(refusalOf(answer)).toEqual({
        ...refusedBy('send-per-country', PER_COUNTRY),
        state: `"send-per-country"; r=0; t=${waitOf(answer)}`,
      });
    }
    expect(Math.abs(waitOf(known) - waitOf(unknown))).toBeLessThan(5);
    expect(waitOf(known)).toBeGreaterThan((DAY * 3) / 4);
  });
});

test("an application's quota also bounds its pages, apart from its backend", async () => {
  const small = await createApplication(service, 'small', { sendQuota: { perDay: 2 } });
  const quota = 2;
  for (let i = 0; i < quota; i += 1) expect((await ask(fromAnywhere(small))).status).toBe(200);
  expect(refusalOf(await ask(fromAnywhere(small)))).toMatchObject(
    refusedBy('send-per-application', quota),
  );
  for (let i = 0; i < quota; i += 1) expect((await ask(small.backend)).status).toBe(200);
  expect(refusalOf(await ask(small.backend))).toMatchObject(
    refusedBy('send-per-application', quota),
  );
  expect((await ask(fromAnywhere(bank))).status).toBe(200);
});

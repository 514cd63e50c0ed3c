import { footprint } from './support/footprint.js';
import { BAD_FOR_ALL, BAD_VALUES, badCodes, touched } from './support/bad-values.js';
import { faultsOf } from './support/faults-of.js';
import { named, problemFaults } from './support/problem.js';
import { TestService, freshNumber } from '../../support/service.js';

const REQUEST_FORMS = {
  phoneNumber: '+14155552671',
  country: 'US',
  channel: 'sms',
  purpose: 'login',
  locale: 'sv-SE',
};

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

describe.each(['/request-otp', '/send-otp'])('POST %s', (path) => {
  test.each(Object.entries(REQUEST_FORMS))('refuses invalid values of %s', async (field, good) => {
    const values = [...BAD_VALUES, ...touched(good)];
    const { faults, before, after } = await faultsOf(service, path, REQUEST_FORMS, field, values);
    expect(faults).toEqual([]);
    expect(after).toEqual(before);
  });

  test('refuses a reference with unprintable characters', async () => {
    const values = [...BAD_FOR_ALL, ['129 characters', 'x'.repeat(129)]] as const;
    const { faults, before, after } = await faultsOf(
      service,
      path,
      REQUEST_FORMS,
      'reference',
      values,
    );
    expect(faults).toEqual([]);
    expect(after).toEqual(before);
  });

  test('refuses a body without a number', async () => {
    const before = await footprint(service);
    // JSON omits undefined members.
    for (const body of [{}, { ...REQUEST_FORMS, phoneNumber: undefined }]) {
      const answer = await service.post(path, body);
      expect(problemFaults(answer, 400, 'invalid_request')).toEqual([]);
      expect(answer.body['errors']).toMatchObject([{ pointer: '/phoneNumber' }]);
    }
    expect(await footprint(service)).toEqual(before);
  });
});

test('stores a reference unchanged, in any script', async () => {
  for (const reference of ['Ünïcødé', '１２３４', '📱', "o'Neill; --", ' ', '{{CODE}}', '<b>']) {
    const answer = await service.post('/request-otp', { phoneNumber: freshNumber(), reference });
    expect([answer.status, answer.body['reference']]).toEqual([200, reference]);
    const id = String(answer.body['verificationId']);
    const rows = await service.rows('SELECT reference FROM verifications WHERE id = $1', [id]);
    expect(rows).toEqual([{ reference }]);
  }
});

describe('POST /verify-otp', () => {
  // A pending verification, to detect attempts that invalid requests use up.
  let byId: { verificationId: string; code: string };
  let byNumber: { phoneNumber: string; country: string; purpose: string; code: string };
  beforeAll(async () => {
    const phoneNumber = freshNumber();
    const verificationId = await service.request(phoneNumber, { purpose: 'login' });
    const code = service.sinch.codeFor(phoneNumber);
    byId = { verificationId, code };
    byNumber = { phoneNumber, country: 'US', purpose: 'login', code };
  });

  test.each(['verificationId', 'code'] as const)('refuses invalid values of %s', async (field) => {
    const values =
      field === 'code' ? badCodes(byId.code) : [...BAD_VALUES, ...touched(byId[field])];
    const { faults, before, after } = await faultsOf(service, '/verify-otp', byId, field, values);
    expect(faults).toEqual([]);
    expect(after).toEqual(before);
  });

  test('refuses invalid values of pin', async () => {
    const { code, ...rest } = byId;
    const values = badCodes(code);
    const { faults, before, after } = await faultsOf(service, '/verify-otp', rest, 'pin', values);
    expect(faults).toEqual([]);
    expect(after).toEqual(before);
  });

  test.each(['phoneNumber', 'country', 'purpose', 'code'] as const)(
    'refuses invalid values of %s, by number',
    async (field) => {
      const values =
        field === 'code' ? badCodes(byNumber.code) : [...BAD_VALUES, ...touched(byNumber[field])];
      const { faults, before, after } = await faultsOf(
        service,
        '/verify-otp',
        byNumber,
        field,
        values,
      );
      expect(faults).toEqual([]);
      expect(after).toEqual(before);
    },
  );

  test('refuses missing, duplicate and misplaced fields', async () => {
    const before = await footprint(service);
    const { verificationId, code } = byId;
    const { phoneNumber } = byNumber;
    const faults: string[] = [];
    const bodies: [object, string][] = [
      [{}, '/code'],
      [{ verificationId }, '/code'],
      [{ phoneNumber }, '/code'],
      [{ code }, '/verificationId'],
      [{ pin: code }, '/verificationId'],
      [{ verificationId, code, pin: code }, '/code'],
      [{ verificationId, phoneNumber, code }, '/phoneNumber'],
      [{ verificationId, country: 'US', code }, '/country'],
      [{ verificationId, purpose: 'login', code }, '/purpose'],
      [{ country: 'US', code }, '/verificationId'],
    ];
    for (const [body, pointer] of bodies) {
      const answer = await service.post('/verify-otp', body);
      faults.push(...named(JSON.stringify(body), problemFaults(answer, 400, 'invalid_request')));
      const errors = answer.body['errors'] as { pointer: string }[];
      expect(errors.map((error) => error.pointer)).toContain(pointer);
    }
    expect(faults).toEqual([]);
    expect(await footprint(service)).toEqual(before);
  });

  test('accepts the code afterwards: no attempt was used up', async () => {
    expect((await service.verify(byId.verificationId, byId.code)).status).toBe(200);
  });
});

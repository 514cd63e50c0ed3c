import { loadConfig } from '../../../../src/config/load.js';
import { parseTestNumber } from '../../../../src/domain/test-number.js';
import { TestNumberService } from '../../../../src/services/providers/test-number/test-number.service.js';
import { TestService } from '../../../support/service.js';

const NUMBER = '+15005550006';
/** Ofcom reserves it for fiction; no plan assigns it. */
const FICTION = '+447700900123';

describe('a number in OTP_TEST_NUMBERS', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({
      OTP_TEST_NUMBERS: `${NUMBER}=246810@2099-12-31,+46701740605=1234,${FICTION}=4321,+15555550100=1111,+541123456780=2222@2099-12-31`,
      LIMIT_SEND_PER_PHONE: '3/1h',
      OTP_MAX_ATTEMPTS: '2',
    });
  });
  afterAll(() => service.stop());

  test('gets its fixed code and no message', async () => {
    const id = await service.request(NUMBER);
    expect((await service.verify(id, '246811')).status).toBe(401);
    const answer = await service.verify(id, '246810');
    expect(answer.status).toBe(200);
    expect(service.sinch.calls).toEqual([]);
    const [row] = await service.rows('SELECT provider, status FROM verifications WHERE id = $1', [
      id,
    ]);
    expect(row).toEqual({ provider: 'test-number', status: 'verified' });
  });

  test('is served whatever its type, also if no plan assigns it', async () => {
    for (const [phoneNumber, country, code] of [
      ['07700 900123', 'GB', '4321'],
      ['+15555550100', undefined, '1111'],
      ['11 2345 6780', 'AR', '2222'],
    ]) {
      const sent = await service.post('/request-otp', { phoneNumber, country });
      expect([sent.status, sent.text]).toEqual([200, expect.any(String)]);
      const id = String(sent.body['verificationId']);
      const resent = await service.post(`/verifications/${id}/resend`, { channel: 'voice' });
      expect(resent.status).toBe(200);
      const answer = await service.post('/verify-otp', { phoneNumber, country, code });
      expect(answer.status).toBe(200);
    }
    expect(service.sinch.calls).toEqual([]);
    const other = await service.post('/request-otp', { phoneNumber: '+447700900124' });
    expect(other.body['code']).toBe('invalid_phone_number');
  });

  test('obeys all limits', async () => {
    const id = await service.request(NUMBER);
    for (let i = 0; i < 2; i += 1) await service.verify(id, '000000');
    expect((await service.verify(id, '246810')).body['code']).toBe('attempts_exhausted');
    await service.request(NUMBER);
    expect((await service.post('/request-otp', { phoneNumber: NUMBER })).body['limit']).toBe(
      'send-per-phone',
    );
  });

  test('does not accept the code of another test number', async () => {
    const id = await service.request('+46701740605');
    expect((await service.verify(id, '246810')).status).toBe(401);
    expect((await service.verify(id, '1234')).status).toBe(200);
  });
});

test('a test number expires after its last day', () => {
  const number = parseTestNumber(`${NUMBER}=246810@2026-12-31`)!;
  const at = (moment: string) =>
    new TestNumberService([number], () => new Date(moment)).isTestNumber(NUMBER);
  expect(at('2026-12-31T23:59:59Z')).toBe(true);
  expect(at('2027-01-01T00:00:00Z')).toBe(false);
});

test.each([
  `${NUMBER}=12`,
  NUMBER,
  `${NUMBER}=246810@2027-02-30`,
  `5005550006=246810`,
  `${NUMBER}=246810@soon`,
])('%s is refused at startup', (text) => {
  expect(parseTestNumber(text)).toBeUndefined();
  expect(() => loadConfig({ OTP_TEST_NUMBERS: text })).toThrow(/OTP_TEST_NUMBERS/);
});

test.each([
  ['one outside OTP_COUNTRIES', { OTP_COUNTRIES: 'SE,DE' }, `${FICTION}=4321`],
  ['two codes for one number', {}, '+541123456789=1111,+5491123456789=2222'],
  ['a calling code that nobody has', {}, '+99912345678=1111'],
  ['a number of an impossible length', {}, '+1555555010=1111'],
])('%s is refused at startup', (_what, environment, text) => {
  expect(() => loadConfig({ ...environment, OTP_TEST_NUMBERS: text })).toThrow(/OTP_TEST_NUMBERS/);
});

test('a number of no plan is in the main country of its calling code', () => {
  expect(parseTestNumber(`${FICTION}=4321`)).toMatchObject({ phoneNumber: FICTION, country: 'GB' });
  expect(() =>
    loadConfig({ OTP_COUNTRIES: 'GB', OTP_TEST_NUMBERS: `${FICTION}=4321` }),
  ).not.toThrow();
});

test('production requires a last day', () => {
  expect(() =>
    loadConfig({ NODE_ENV: 'production', OTP_TEST_NUMBERS: `${NUMBER}=246810` }),
  ).toThrow(/last day/);
  expect(() =>
    loadConfig({ NODE_ENV: 'production', OTP_TEST_NUMBERS: `${NUMBER}=246810@2027-01-31` }),
  ).not.toThrow(/OTP_TEST_NUMBERS/);
});

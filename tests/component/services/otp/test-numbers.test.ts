import { loadConfig } from '../../../../src/config/load.js';
import { parseTestNumber } from '../../../../src/domain/test-number.js';
import { TestNumberService } from '../../../../src/services/providers/test-number/test-number.service.js';
import { TestService } from '../../../support/service.js';

const NUMBER = '+15005550006';

describe('a number in OTP_TEST_NUMBERS', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({
      OTP_TEST_NUMBERS: `${NUMBER}=246810@2099-12-31,+46701740605=1234`,
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

test('production requires a last day', () => {
  expect(() =>
    loadConfig({ NODE_ENV: 'production', OTP_TEST_NUMBERS: `${NUMBER}=246810` }),
  ).toThrow(/last day/);
  expect(() =>
    loadConfig({ NODE_ENV: 'production', OTP_TEST_NUMBERS: `${NUMBER}=246810@2027-01-31` }),
  ).not.toThrow(/OTP_TEST_NUMBERS/);
});

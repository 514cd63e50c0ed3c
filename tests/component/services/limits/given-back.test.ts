import type { ServerResponse } from 'node:http';
import { TestService, freshNumber } from '../../../support/service.js';
import {
  limitCounts,
  EVERY_LIMIT,
  expectRefusedBy,
  requestAll,
  scatteredNumbers,
  tally,
} from './limit-helpers.js';

const resetAfterReading = (_req: unknown, res: ServerResponse) =>
  void res.socket?.resetAndDestroy();

const NO_COUNTS = {
  'send-per-phone': 0,
  'wrong-per-phone': 0,
  'send-per-prefix': 0,
  'send-per-country': 0,
  'send-total': 0,
  'send-all-applications': 0,
};
const ONE_EACH = Object.fromEntries(Object.keys(NO_COUNTS).map((name) => [name, 1]));

describe('a send that the provider rejects', () => {
  let service: TestService;
  beforeEach(async () => {
    service = await TestService.start({
      ...EVERY_LIMIT,
      LIMIT_RESEND_COOLDOWN_SECONDS: '30',
      PROVIDER_TIMEOUT_MS: '500',
    });
  });
  afterEach(() => service.stop());

  test.each([
    ['is out of order', 503, 50300],
    ['refuses the number', 403, 40300],
    ['has no credit for us', 402, 40200],
  ])('is reverted in every counter when the provider %s', async (_how, status, errorCode) => {
    const phoneNumber = freshNumber();
    service.sinch.answer('POST', status, { errorCode });
    expect((await service.post('/request-otp', { phoneNumber })).status).toBeGreaterThan(499);
    expect(await limitCounts(service)).toEqual(NO_COUNTS);
    await service.request(phoneNumber);
    expect(await limitCounts(service)).toEqual(ONE_EACH);
  });

  test('stays counted when its outcome is unknown', async () => {
    const phoneNumber = freshNumber();
    service.sinch.misbehave('POST', resetAfterReading);
    expect((await service.post('/request-otp', { phoneNumber })).status).toBe(504);
    expect(await limitCounts(service)).toEqual(ONE_EACH);
    const next = await service.post('/request-otp', { phoneNumber });
    expect([next.status, next.body['code']]).toEqual([429, 'cooldown']);
  });

  test('on resend leaves the first send counted', async () => {
    const id = await service.request(freshNumber());
    const past = `now() - interval '40 s'`;
    await service.rows(`UPDATE phone_limits SET next_send_at = ${past}, last_send_at = ${past}`);
    service.sinch.answer('POST', 503, { errorCode: 50300 });
    expect((await service.post(`/verifications/${id}/resend`, {})).status).toBe(503);
    expect(await limitCounts(service)).toEqual(ONE_EACH);
  });
});

test('after a failed send, a limit of one admits exactly one of twenty', async () => {
  const service = await TestService.start({ LIMIT_SEND_TOTAL: '1/1h' });
  try {
    service.sinch.answer('POST', 503, { errorCode: 50300 });
    const [failed] = await requestAll(service, scatteredNumbers(1));
    expect(failed?.status).toBe(503);
    expect(tally(await requestAll(service, scatteredNumbers(20)))).toEqual({ 200: 1, 429: 19 });
    expect(service.sinch.messages).toBe(1);
  } finally {
    await service.stop();
  }
});

test('a failed send to a safe number reverts no limit that it did not count against', async () => {
  const service = await TestService.start({ ...EVERY_LIMIT, LIMIT_SEND_TOTAL: '2/1h' });
  try {
    const safe = '+14152221001';
    await service.rows(`INSERT INTO number_rules (pattern, kind) VALUES ($1, 'safe')`, [safe]);
    for (const other of ['+14152221002', '+14152221003']) await service.request(other);
    service.sinch.answer('POST', 503, { errorCode: 50300 });
    expect((await service.post('/request-otp', { phoneNumber: safe })).status).toBe(503);
    const totals = { 'send-per-prefix': 2, 'send-per-country': 2, 'send-total': 2 };
    expect(await limitCounts(service)).toMatchObject(totals);
    const id = await service.request(safe);
    service.sinch.answer('POST', 503, { errorCode: 50300 });
    expect((await service.post(`/verifications/${id}/resend`, {})).status).toBe(503);
    expect(await limitCounts(service)).toMatchObject(totals);
    const third = await service.post('/request-otp', { phoneNumber: '+14152221004' });
    expectRefusedBy(third, 'send-total', 2, 3600);
  } finally {
    await service.stop();
  }
});

describe('an exhausted limit', () => {
  const LIMITS: [string, string, string][] = [
    ['per number', 'LIMIT_SEND_PER_PHONE', 'send-per-phone'],
    ['on wrong codes', 'LIMIT_WRONG_PER_PHONE', 'wrong-per-phone'],
    ['per prefix', 'LIMIT_SEND_PER_PREFIX', 'send-per-prefix'],
    ['per country', 'LIMIT_SEND_PER_COUNTRY', 'send-per-country'],
    ['on all sends', 'LIMIT_SEND_TOTAL', 'send-total'],
  ];
  test.each(LIMITS)(
    '%s leaves a pending verification unchanged',
    async (_whose, variable, limit) => {
      const service = await TestService.start({ [variable]: '1/1h' });
      try {
        const phoneNumber = freshNumber();
        const id = await service.request(phoneNumber);
        const before = await service.get(`/verifications/${id}`);
        for (let i = 0; i < 10; i += 1) {
          expectRefusedBy(await service.post('/request-otp', { phoneNumber }), limit, 1, 3600);
        }
        expect(service.sinch.messages).toBe(1);
        expect((await service.get(`/verifications/${id}`)).body).toEqual(before.body);
        expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
      } finally {
        await service.stop();
      }
    },
  );
});

import { setTimeout as sleep } from 'node:timers/promises';
import { TestService, freshNumber } from '../../../support/service.js';
import {
  adjacentNumbers,
  limitCounts,
  EVERY_LIMIT,
  expectRefusedBy,
  requestAll,
  scatteredNumbers,
  tally,
} from './limit-helpers.js';

const HOUR = 3600;
const DAY = 24 * HOUR;

async function withService(
  environment: Record<string, string>,
  work: (service: TestService) => Promise<void>,
): Promise<void> {
  const service = await TestService.start(environment);
  try {
    await work(service);
  } finally {
    await service.stop();
  }
}

describe('sends per prefix', () => {
  test('allow exactly ten of thirty concurrent requests to adjacent numbers', () =>
    withService({ LIMIT_SEND_PER_PREFIX: '10/1h' }, async (service) => {
      const answers = await requestAll(service, adjacentNumbers(30, '+1415222'));
      expect(tally(answers)).toEqual({ 200: 10, 429: 20 });
      expect(service.sinch.messages).toBe(10);
      for (const answer of answers.filter(({ status }) => status === 429)) {
        expectRefusedBy(answer, 'send-per-prefix', 10, HOUR);
      }
      await service.request('+14152231000');
    }));

  test('include resends', () =>
    withService({ LIMIT_SEND_PER_PREFIX: '2/1h' }, async (service) => {
      const id = await service.request('+14152221000');
      expect((await service.post(`/verifications/${id}/resend`, {})).status).toBe(200);
      const third = await service.post(`/verifications/${id}/resend`, {});
      expectRefusedBy(third, 'send-per-prefix', 2, HOUR);
      expect(service.sinch.messages).toBe(2);
    }));
});

test('sends per country are counted exactly for sixty concurrent requests, for that country only', () =>
  withService({ LIMIT_SEND_PER_COUNTRY: '7/24h' }, async (service) => {
    const answers = await requestAll(service, scatteredNumbers(60));
    expect(tally(answers)).toEqual({ 200: 7, 429: 53 });
    expect(service.sinch.messages).toBe(7);
    for (const answer of answers.filter(({ status }) => status === 429)) {
      expectRefusedBy(answer, 'send-per-country', 7, DAY);
    }
    await service.request('+46701234567');
  }));

test('total sends are counted exactly for sixty concurrent requests across countries', () =>
  withService({ LIMIT_SEND_TOTAL: '13/24h' }, async (service) => {
    const swedish = Array.from({ length: 30 }, (_, i) => `+467012345${10 + i}`);
    const answers = await requestAll(service, [...scatteredNumbers(30), ...swedish]);
    expect(tally(answers)).toEqual({ 200: 13, 429: 47 });
    expect(service.sinch.messages).toBe(13);
    for (const answer of answers.filter(({ status }) => status === 429)) {
      expectRefusedBy(answer, 'send-total', 13, DAY);
    }
  }));

test('sends per number are counted exactly for forty concurrent requests', () =>
  withService({ LIMIT_SEND_PER_PHONE: '5/1h,10/24h' }, async (service) => {
    const phoneNumber = freshNumber();
    const answers = await requestAll(service, Array<string>(40).fill(phoneNumber));
    expect(tally(answers)).toEqual({ 200: 5, 429: 35 });
    expect(service.sinch.messages).toBe(5);
  }));

test('limits that are off refuse and count nothing', () =>
  withService({}, async (service) => {
    const answers = await requestAll(service, adjacentNumbers(40, '+1415222'));
    expect(tally(answers)).toEqual({ 200: 40 });
    expect(await limitCounts(service)).toEqual({ 'send-per-phone': 0, 'wrong-per-phone': 0 });
  }));

test('of several exceeded limits, the refusal names the one with the longest wait', () =>
  withService(
    {
      LIMIT_SEND_PER_PHONE: '1/2s',
      LIMIT_SEND_PER_PREFIX: '1/1h',
      LIMIT_SEND_PER_COUNTRY: '1/24h',
      LIMIT_SEND_TOTAL: '2/24h',
    },
    async (service) => {
      const phoneNumber = freshNumber();
      await service.request(phoneNumber);
      const refused = await service.post('/request-otp', { phoneNumber });
      expectRefusedBy(refused, 'send-per-country', 1, DAY);
    },
  ));

describe('a request succeeds after Retry-After', () => {
  const cases: [string, string, string, () => string][] = [
    ['per number', 'LIMIT_SEND_PER_PHONE', 'send-per-phone', () => '+14152221000'],
    ['per prefix', 'LIMIT_SEND_PER_PREFIX', 'send-per-prefix', () => '+14152221001'],
    ['per country', 'LIMIT_SEND_PER_COUNTRY', 'send-per-country', freshNumber],
    ['on all sends', 'LIMIT_SEND_TOTAL', 'send-total', () => '+46701234567'],
    ['on wrong codes', 'LIMIT_WRONG_PER_PHONE', 'wrong-per-phone', () => '+14152221000'],
  ];
  test.each(cases)('of the limit %s', async (_whose, variable, limit, next) =>
    withService({ ...EVERY_LIMIT, [variable]: '2/3s' }, async (service) => {
      const first = '+14152221000';
      // Concurrent, so that the window does not pass on a slow machine.
      const answers = await requestAll(service, [first, first, next()]);
      expect(tally(answers)).toEqual({ 200: 2, 429: 1 });
      const refused = answers.find(({ status }) => status === 429)!;
      const wait = expectRefusedBy(refused, limit, 2, 3);
      await sleep(wait * 1000);
      expect((await service.post('/request-otp', { phoneNumber: next() })).status).toBe(200);
      expect(service.sinch.messages).toBe(3);
    }),
  );

  test('of the cool-down and a window combined', () =>
    withService(
      { LIMIT_RESEND_COOLDOWN_SECONDS: '1', LIMIT_SEND_PER_PHONE: '1/3s' },
      async (service) => {
        const phoneNumber = freshNumber();
        const answers = await requestAll(service, [phoneNumber, phoneNumber]);
        const refused = answers.find(({ status }) => status === 429)!;
        const wait = expectRefusedBy(refused, 'send-per-phone', 1, 3);
        await sleep(wait * 1000);
        expect((await service.post('/request-otp', { phoneNumber })).status).toBe(200);
      },
    ));
});

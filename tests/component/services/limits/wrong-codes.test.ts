import { setTimeout as sleep } from 'node:timers/promises';
import { TestService, freshNumber, type Answer } from '../../../support/service.js';
import { advanceWindows, exhaustAttempts, limitCounts, expectRefusedBy } from './limit-helpers.js';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Requests codes and guesses until a limit refuses, and returns that refusal. */
async function attack(service: TestService, phoneNumber: string): Promise<Answer> {
  for (let round = 0; round < 50; round += 1) {
    const answers = await exhaustAttempts(service, phoneNumber);
    const refusal = answers.find((answer) => answer.status === 429);
    if (refusal) return refusal;
  }
  throw new Error('no limit refused');
}

describe('wrong codes per number, across verifications', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ LIMIT_WRONG_PER_PHONE: '10/1h,20/24h' });
  });
  afterAll(() => service.stop());

  test('are at most 10 an hour and 20 a day, across restarted verifications', async () => {
    const phoneNumber = freshNumber();
    const before = service.sinch.comparisons;
    const guesses = () => service.sinch.comparisons - before;
    expectRefusedBy(await attack(service, phoneNumber), 'wrong-per-phone', 10, HOUR);
    expect(guesses()).toBe(10);

    await advanceWindows(service, 61 * 60);
    expectRefusedBy(await attack(service, phoneNumber), 'wrong-per-phone', 20, DAY);
    expect(guesses()).toBe(20);

    for (let hours = 3; hours < 24; hours += 3) {
      await advanceWindows(service, 3 * HOUR);
      expectRefusedBy(await attack(service, phoneNumber), 'wrong-per-phone', 20, DAY);
    }
    expect(guesses()).toBe(20);
    expect(service.sinch.started.filter((one) => one.number === phoneNumber)).toHaveLength(4);

    await advanceWindows(service, 3 * HOUR);
    expectRefusedBy(await attack(service, phoneNumber), 'wrong-per-phone', 10, HOUR);
    expect(guesses()).toBe(30);
  });

  test('refuse in the middle of a verification, with all fields and headers', async () => {
    const phoneNumber = freshNumber();
    await exhaustAttempts(service, phoneNumber);
    const [held, second] = [await service.request(phoneNumber), await service.request(phoneNumber)];
    const wrong = () => service.sinch.wrongCodeFor(phoneNumber);
    for (let i = 0; i < 4; i += 1) expect((await service.verify(second, wrong())).status).toBe(401);
    const before = service.sinch.comparisons;
    expectRefusedBy(await service.verify(second, wrong()), 'wrong-per-phone', 10, HOUR);
    expect(service.sinch.comparisons).toBe(before);
    const state = await service.get(`/verifications/${second}`);
    expect(state.body).toMatchObject({ status: 'pending', attemptsRemaining: 1 });
    const untouched = await service.get(`/verifications/${held}`);
    expect(untouched.body).toMatchObject({ status: 'pending', attemptsRemaining: 5 });
  });

  test('do not affect other numbers', async () => {
    const phoneNumber = freshNumber();
    await attack(service, phoneNumber);
    const other = freshNumber();
    const id = await service.request(other);
    expect((await service.verify(id, service.sinch.codeFor(other))).status).toBe(200);
  });

  test('are exact for 51 concurrent guesses', async () => {
    const phoneNumber = freshNumber();
    const ids = [
      await service.request(phoneNumber),
      await service.request(phoneNumber),
      await service.request(phoneNumber),
    ];
    const before = service.sinch.comparisons;
    const wrong = service.sinch.wrongCodeFor(phoneNumber);
    const targets = Array.from({ length: 51 }, (_, i) => ids[i % 3]!);
    await Promise.all(targets.map((id) => service.verify(id, wrong)));
    expect(service.sinch.comparisons - before).toBe(10);
  });
});

describe('the holder of a verification', () => {
  const start = (limit: string) => TestService.start({ LIMIT_WRONG_PER_PHONE: limit });
  const byNumber = (service: TestService, phoneNumber: string, code: string) =>
    service.post('/verify-otp', { phoneNumber, code });

  test('can verify although guesses by number have used up the limit', async () => {
    const service = await start('4/1h');
    try {
      const phoneNumber = freshNumber();
      const id = await service.request(phoneNumber);
      const before = service.sinch.comparisons;
      for (let i = 0; i < 12; i += 1) {
        const answer = await byNumber(
          service,
          phoneNumber,
          service.sinch.wrongCodeFor(phoneNumber),
        );
        expect([answer.status, answer.body['code']]).toEqual([401, 'code_invalid']);
      }
      // The send paid for one guess, so three of four remain by number.
      expect(service.sinch.comparisons - before).toBe(3);
      const right = service.sinch.codeFor(phoneNumber);
      expect((await byNumber(service, phoneNumber, right)).status).toBe(401);
      // The holder's first guess is prepaid.
      expect((await service.verify(id, right)).status).toBe(200);
    } finally {
      await service.stop();
    }
  });

  test('can verify an earlier code although later verifications have used up the limit', async () => {
    const service = await start('6/1h');
    try {
      const phoneNumber = freshNumber();
      const id = await service.request(phoneNumber);
      const mine = service.sinch.started.at(-1)!;
      await exhaustAttempts(service, phoneNumber);
      const later = await service.post('/request-otp', { phoneNumber });
      expectRefusedBy(later, 'wrong-per-phone', 6, HOUR);
      // Simulates a provider that keeps both codes valid; Sinch aborts the earlier one.
      mine.status = 'PENDING';
      expect((await service.verify(id, mine.code)).status).toBe(200);
    } finally {
      await service.stop();
    }
  });

  test('has one prepaid guess, not five', async () => {
    const service = await start('4/1h');
    try {
      const phoneNumber = freshNumber();
      const id = await service.request(phoneNumber);
      const wrong = service.sinch.wrongCodeFor(phoneNumber);
      for (let i = 0; i < 3; i += 1) await byNumber(service, phoneNumber, wrong);
      expect((await service.verify(id, wrong)).status).toBe(401);
      expectRefusedBy(await service.verify(id, wrong), 'wrong-per-phone', 4, HOUR);
    } finally {
      await service.stop();
    }
  });
});

describe('a success', () => {
  test('reverts its guess and resets the wrong-code run', async () => {
    const service = await TestService.start({ LIMIT_WRONG_PER_PHONE: '5/1h' });
    try {
      const phoneNumber = freshNumber();
      const id = await service.request(phoneNumber);
      const wrong = service.sinch.wrongCodeFor(phoneNumber);
      for (let i = 0; i < 3; i += 1) await service.verify(id, wrong);
      const run = 'SELECT wrong_run FROM phone_limits WHERE phone_key = $1';
      expect(await service.rows(run, [phoneNumber])).toEqual([{ wrong_run: 3 }]);
      expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
      expect(await limitCounts(service)).toEqual({ 'send-per-phone': 0, 'wrong-per-phone': 3 });
      expect(await service.rows(run, [phoneNumber])).toEqual([{ wrong_run: 0 }]);
    } finally {
      await service.stop();
    }
  });

  test('uses up no limit, however often it repeats', async () => {
    const service = await TestService.start({ LIMIT_WRONG_PER_PHONE: '2/1h' });
    try {
      const phoneNumber = freshNumber();
      for (let i = 0; i < 8; i += 1) {
        const id = await service.request(phoneNumber);
        expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
      }
      expect(await limitCounts(service)).toEqual({ 'send-per-phone': 0, 'wrong-per-phone': 0 });
    } finally {
      await service.stop();
    }
  });
});

describe('an exhausted verification reports when a new code is available', () => {
  const exhausted = async (service: TestService, phoneNumber: string): Promise<Answer> => {
    const [asked] = await exhaustAttempts(service, phoneNumber);
    const id = String(asked?.body['verificationId']);
    return service.verify(id, service.sinch.codeFor(phoneNumber));
  };

  test('with the wrong-code limits included, and that wait suffices', async () => {
    const service = await TestService.start({ LIMIT_WRONG_PER_PHONE: '10/8s' });
    try {
      const phoneNumber = freshNumber();
      expect((await exhausted(service, phoneNumber)).body['retryAfter']).toBe(1);
      const { body, headers } = await exhausted(service, phoneNumber);
      expect(body).toMatchObject({ code: 'attempts_exhausted', attemptsRemaining: 0 });
      expect(headers.get('retry-after')).toBe(String(body['retryAfter']));
      const tooEarly = await service.post('/request-otp', { phoneNumber });
      expectRefusedBy(tooEarly, 'wrong-per-phone', 10, 8);
      await sleep(Number(body['retryAfter']) * 1000);
      await service.request(phoneNumber);
    } finally {
      await service.stop();
    }
  });

  test('by the longest limit, and for a safe number by its own limits only', async () => {
    const service = await TestService.start({
      LIMIT_SEND_PER_PHONE: '1/1h',
      LIMIT_SEND_TOTAL: '1/24h',
      LIMIT_RESEND_COOLDOWN_SECONDS: '30',
    });
    try {
      const phoneNumber = freshNumber();
      const wait = Number((await exhausted(service, phoneNumber)).body['retryAfter']);
      expect(wait).toBeGreaterThan(23 * HOUR);
      const [row] = await service.rows('SELECT id FROM verifications');
      await service.rows(`INSERT INTO number_rules VALUES ('+1415*', 'safe')`);
      const safe = await service.verify(String(row!['id']), '0000');
      expect(safe.body['retryAfter']).toBeGreaterThan(HOUR - 60);
      expect(safe.body['retryAfter']).toBeLessThanOrEqual(HOUR);
      await advanceWindows(service, 2 * DAY);
      const cooling = await service.verify(String(row!['id']), '0000');
      expect(cooling.body['retryAfter']).toBeLessThanOrEqual(30);
      expect(cooling.body['retryAfter']).toBeGreaterThan(20);
    } finally {
      await service.stop();
    }
  });

  test('as number_blocked once the number is stopped', async () => {
    const service = await TestService.start();
    try {
      const phoneNumber = freshNumber();
      const answer = await exhausted(service, phoneNumber);
      expect([answer.status, answer.body['code']]).toEqual([429, 'attempts_exhausted']);
      await service.rows('UPDATE phone_limits SET wrong_run = 100');
      const [row] = await service.rows('SELECT id FROM verifications');
      const stopped = await service.verify(String(row!['id']), '0000');
      expect([stopped.status, stopped.body['code']]).toEqual([403, 'number_blocked']);
    } finally {
      await service.stop();
    }
  });
});

test('100 wrong codes in a row stop the number, even with all limits off', async () => {
  const service = await TestService.start();
  try {
    const phoneNumber = freshNumber();
    for (let round = 0; round < 20; round += 1) await exhaustAttempts(service, phoneNumber);
    expect(service.sinch.comparisons).toBe(100);
    const asked = await service.post('/request-otp', { phoneNumber });
    expect([asked.status, asked.body['code']]).toEqual([403, 'number_blocked']);
    expect(asked.headers.get('retry-after')).toBeNull();
    expect(service.sinch.messages).toBe(20);
    await advanceWindows(service, 40 * DAY);
    expect((await service.post('/request-otp', { phoneNumber })).status).toBe(403);
    await service.request(freshNumber());
  } finally {
    await service.stop();
  }
});

test('after the 100th wrong code no code is compared, by id or by number', async () => {
  const service = await TestService.start();
  try {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    await service.verify(id, service.sinch.wrongCodeFor(phoneNumber));
    await service.rows('UPDATE phone_limits SET wrong_run = 99');
    expect((await service.verify(id, service.sinch.wrongCodeFor(phoneNumber))).status).toBe(401);
    const before = service.sinch.comparisons;
    const right = service.sinch.codeFor(phoneNumber);
    const refused = await service.verify(id, right);
    expect([refused.status, refused.body['code']]).toEqual([403, 'number_blocked']);
    const byNumber = await service.post('/verify-otp', { phoneNumber, code: right });
    expect(byNumber.status).toBe(401);
    expect(service.sinch.comparisons).toBe(before);
  } finally {
    await service.stop();
  }
});

import { TestService, freshNumber } from '../../support/service.js';
import { exhaustAttempts } from '../services/limits/limit-helpers.js';
import { operatorOf, TIMEOUT_MS, type Outcome } from './command-line.js';

type Operator = Awaited<ReturnType<typeof operatorOf>>;

const outcomeOf = async (service: TestService, phoneNumber: string) => {
  const { status, body } = await service.post('/request-otp', { phoneNumber });
  return [status, body['limit'] ?? body['code']];
};

/** Expects one audit line with masked numbers, operator and time. */
function expectAudit({ err, audit }: Outcome, message: string, numbers: readonly string[]): void {
  expect(audit()).toEqual([
    expect.objectContaining({
      message,
      level: 'info',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      operator: expect.any(String),
    }),
  ]);
  for (const number of numbers) expect(err).not.toContain(number);
}

describe('a number that is stopped after 100 consecutive wrong codes', () => {
  const LIMITS = { LIMIT_WRONG_PER_PHONE: '100/1h', LIMIT_SEND_PER_PHONE: '21/1h' };
  let service: TestService;
  let operator: Operator;
  beforeAll(async () => {
    service = await TestService.start(LIMITS);
    operator = await operatorOf(service, LIMITS);
  });
  afterAll(() => service.stop());

  test(
    'can verify again after unblock, and send again after unblock --sends',
    async () => {
      const phoneNumber = freshNumber();
      for (let round = 0; round < 20; round += 1) await exhaustAttempts(service, phoneNumber);
      expect(await outcomeOf(service, phoneNumber)).toEqual([403, 'number_blocked']);
      expect((await operator('number', phoneNumber)).out).toMatch(/stopped +YES/);

      const unblocked = await operator('unblock', phoneNumber);
      expect(unblocked.exitCode).toBe(0);
      expect(unblocked.out).toContain('100 consecutive wrong codes');
      expectAudit(unblocked, 'operator.unblock', [phoneNumber]);
      const id = await service.request(phoneNumber);
      expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
      // The message limit still applies…
      expect(await outcomeOf(service, phoneNumber)).toEqual([429, 'send-per-phone']);
      // …until the operator resets it.
      await operator('unblock', phoneNumber, '--sends');
      expect(await outcomeOf(service, phoneNumber)).toEqual([200, undefined]);
    },
    TIMEOUT_MS,
  );

  test(
    'is unblocked alone',
    async () => {
      const [one, other] = [freshNumber(), freshNumber()];
      await service.rows(
        `INSERT INTO phone_limits (phone_key, wrong_run) VALUES ($1, 100), ($2, 100)`,
        [one, other],
      );
      await operator('unblock', one);
      expect(await outcomeOf(service, one)).toEqual([200, undefined]);
      expect(await outcomeOf(service, other)).toEqual([403, 'number_blocked']);
    },
    TIMEOUT_MS,
  );
});

test(
  'unblock ends a cool-down',
  async () => {
    const service = await TestService.start({ LIMIT_RESEND_COOLDOWN_SECONDS: '600' });
    try {
      const phoneNumber = freshNumber();
      await service.request(phoneNumber);
      expect(await outcomeOf(service, phoneNumber)).toEqual([429, 'cooldown']);
      await (
        await operatorOf(service)
      )('unblock', phoneNumber);
      expect(await outcomeOf(service, phoneNumber)).toEqual([200, undefined]);
    } finally {
      await service.stop();
    }
  },
  TIMEOUT_MS,
);

describe('block and safe lists', () => {
  let service: TestService;
  let operator: Operator;
  beforeAll(async () => {
    service = await TestService.start({
      OTP_COUNTRIES: 'US',
      LIMIT_SEND_PER_PHONE: '3/1h',
      LIMIT_SEND_PER_PREFIX: '2/1h',
      LIMIT_SEND_PER_COUNTRY: '3/24h',
      LIMIT_SEND_TOTAL: '4/24h',
    });
    operator = await operatorOf(service);
  });
  afterAll(() => service.stop());
  afterEach(() => service.rows('TRUNCATE number_rules, limit_counters, phone_limits'));

  test(
    'a blocked number gets a 403, and the provider is not called',
    async () => {
      const [blocked, other] = ['+14155551001', '+14155561001'];
      const id = await service.request(blocked);
      const listed = await operator('block', blocked, '--note', 'fraud, ticket 7');
      expect(listed.exitCode).toBe(0);
      expectAudit(listed, 'operator.block', [blocked]);
      const before = service.sinch.calls.length;
      expect(await outcomeOf(service, blocked)).toEqual([403, 'number_blocked']);
      const resent = await service.post(`/verifications/${id}/resend`, {});
      expect([resent.status, resent.body['code']]).toEqual([403, 'number_blocked']);
      expect(service.sinch.calls.length).toBe(before);
      // A code that was sent earlier stays valid, and other numbers are not affected.
      expect((await service.verify(id, service.sinch.codeFor(blocked))).status).toBe(200);
      expect(await outcomeOf(service, other)).toEqual([200, undefined]);
      expect((await operator('rules')).out).toContain(`${blocked} (block): fraud, ticket 7`);

      expectAudit(await operator('unlist', blocked), 'operator.unlist', [blocked]);
      expect(await outcomeOf(service, blocked)).toEqual([200, undefined]);
      expect((await operator('unlist', blocked)).exitCode).toBe(1);
    },
    TIMEOUT_MS,
  );

  test(
    'unblock says when a rule still blocks the number, and how to remove it',
    async () => {
      await operator('block', '+1415*');
      const unblocked = await operator('unblock', '+14155551001');
      expect(unblocked.exitCode).toBe(1);
      expect(unblocked.err).toContain(
        'still blocked by the rule "+1415*". To remove it: unlist "+1415*"',
      );
      const machine = await operator('unblock', '+14155551001', '--json');
      expect(machine.json()).toMatchObject({
        phoneNumber: '+14155551001',
        blockedBy: '+1415*',
        error: { code: 'still_blocked' },
      });
      await operator('unlist', '+1415*');
      expect((await operator('unblock', '+14155551001')).exitCode).toBe(0);
    },
    TIMEOUT_MS,
  );

  test(
    'a rule of an earlier version that covers no number is shown as such, and can be removed',
    async () => {
      await service.rows(`INSERT INTO number_rules (pattern, kind) VALUES ('+1415555', 'block')`);
      expect((await operator('rules')).out).toMatch(/\+1415555 \(block\).* covers no number/);
      // In production, with no secret at all.
      const inProduction = await operatorOf(service, { NODE_ENV: 'production' });
      expect((await inProduction('rules', '--json')).json()).toMatchObject({
        rules: [{ pattern: '+1415555', kind: 'block', coversNumbers: false }],
      });
      expect((await operator('unlist', '+1415555')).exitCode).toBe(0);
      const again = await operator('unlist', '+1415555');
      expect([again.exitCode, again.err]).toEqual([2, expect.stringContaining('"+1415555*"')]);
    },
    TIMEOUT_MS,
  );

  test(
    'the longest matching pattern decides',
    async () => {
      const area = await operator('block', '+141555*');
      expect(area.audit()).toEqual([expect.objectContaining({ phone: '+141555*' })]);
      const narrow = await operator('safe', '+14155551*');
      expect(narrow.audit()).toEqual([expect.objectContaining({ phone: '+14****51*' })]);
      await operator('block', '+14155551002');
      expect(await outcomeOf(service, '+14155552001')).toEqual([403, 'number_blocked']);
      expect(await outcomeOf(service, '+14155551001')).toEqual([200, undefined]);
      expect(await outcomeOf(service, '+14155551002')).toEqual([403, 'number_blocked']);
      const { out } = await operator('number', '+14155551001');
      expect(out).toMatch(/rule +\+14155551\* \(safe\)/);
    },
    TIMEOUT_MS,
  );

  test.each([
    ['safe', 'block', 403],
    ['block', 'safe', 200],
  ])(
    'the %s rule of a prefix does not override the %s rule of a number',
    async (beginning, whole, status) => {
      const [longest, number] = ['+1415555100*', '+14155551003'];
      // Both patterns have the same length; the order of insertion must not matter.
      for (const [kind, pattern] of [
        [beginning, longest],
        [whole, number],
        [beginning, '+14155551003*'],
      ] as const) {
        await service.rows('INSERT INTO number_rules (pattern, kind) VALUES ($2, $1)', [
          kind,
          pattern,
        ]);
      }
      expect((await outcomeOf(service, number))[0]).toBe(status);
      await service.rows('DELETE FROM number_rules WHERE pattern = $1', [longest]);
      await service.rows('INSERT INTO number_rules (pattern, kind) VALUES ($2, $1)', [
        beginning,
        longest,
      ]);
      expect((await outcomeOf(service, number))[0]).toBe(status);
      const { out } = await operator('number', number);
      expect(out).toMatch(new RegExp(`rule +\\${number} \\(${whole}\\)`));
    },
    TIMEOUT_MS,
  );

  test(
    'a safe number is exempt from shared limits only',
    async () => {
      const safe = (last: number) => `+1415555100${last}`;
      const swede = '+46701234567';
      await operator('safe', '+1415555*');
      await operator('safe', swede);
      // More than the prefix, country and total limits allow…
      for (const last of [1, 2, 3, 4, 5, 6]) {
        expect(await outcomeOf(service, safe(last))).toEqual([200, undefined]);
      }
      // …without using up the limits of others.
      for (const number of ['+14155571001', '+14155581001', '+14155591001']) {
        expect(await outcomeOf(service, number)).toEqual([200, undefined]);
      }
      expect(await outcomeOf(service, '+14155601001')).toEqual([429, 'send-per-country']);
      expect(await outcomeOf(service, safe(7))).toEqual([200, undefined]);
      // Its own limit applies,
      await service.request(safe(1));
      await service.request(safe(1));
      expect(await outcomeOf(service, safe(1))).toEqual([429, 'send-per-phone']);
      // and so does OTP_COUNTRIES.
      expect(await outcomeOf(service, swede)).toEqual([403, 'region_not_allowed']);
    },
    TIMEOUT_MS,
  );

  test(
    'the limits on wrong codes apply to a safe number',
    async () => {
      const phoneNumber = freshNumber();
      await service.rows(`INSERT INTO phone_limits (phone_key, wrong_run) VALUES ($1, 100)`, [
        phoneNumber,
      ]);
      await operator('safe', phoneNumber);
      expect(await outcomeOf(service, phoneNumber)).toEqual([403, 'number_blocked']);
    },
    TIMEOUT_MS,
  );
});

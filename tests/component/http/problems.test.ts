import { ERROR_CATALOGUE } from '../../../src/errors/error-catalogue.js';
import { administer } from '../../support/database.js';
import { TestService, freshNumber, type Answer } from '../../support/service.js';
import { CORPUS, MARKER } from './support/corpus.js';
import { named, problemFaults } from './support/problem.js';
import { PRODUCTION } from './support/production.js';

describe('every error', () => {
  const seen = new Set<string>();
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ OTP_COUNTRIES: 'US,SE', DOCS: 'false' });
  });
  afterAll(() => service.stop());

  test(`of ${CORPUS.length} is a problem that reveals no internals`, async () => {
    expect(CORPUS.length).toBeGreaterThanOrEqual(200);
    const faults: string[] = [];
    for (const { name, code, ask } of CORPUS) {
      const answer = await ask(service);
      seen.add(String(answer.body['code']));
      faults.push(...named(name, problemFaults(answer, ERROR_CATALOGUE[code].status, code)));
      // Only the pointer to an unknown field names it.
      const told = answer.text.replaceAll(/"pointer":"[^"]*"/g, '');
      if (told.includes(MARKER)) faults.push(`${name}: says what it was told`);
    }
    expect(faults).toEqual([]);
  });

  test('of a limit is a problem', async () => {
    const limited = await TestService.start({
      LIMIT_SEND_PER_PHONE: '2/1h',
      LIMIT_CHECK_PER_IP: '1/1h',
      LIMIT_SEND_PER_IP: '4/1h',
      LIMIT_RESEND_COOLDOWN_SECONDS: '0',
    });
    const cooling = await TestService.start({ LIMIT_RESEND_COOLDOWN_SECONDS: '30' });
    try {
      const phoneNumber = freshNumber();
      const bodies: Answer[] = [];
      for (let i = 0; i < 5; i += 1)
        bodies.push(await limited.post('/request-otp', { phoneNumber }));
      expect(bodies.map((answer) => answer.status)).toEqual([200, 200, 429, 429, 429]);
      await cooling.request(phoneNumber);
      const refused = [
        ...bodies.slice(2),
        await limited
          .verify('0'.repeat(37), '1234')
          .then(() => limited.verify('0'.repeat(37), '1234')),
        await cooling.post('/request-otp', { phoneNumber }),
      ];
      for (const answer of refused) {
        expect(problemFaults(answer, 429)).toEqual([]);
        seen.add(String(answer.body['code']));
      }
    } finally {
      await limited.stop();
      await cooling.stop();
    }
  });

  test('of a failed statement is a problem', async () => {
    const broken = await TestService.start();
    try {
      await broken.rows('ALTER TABLE verifications RENAME COLUMN status TO state');
      for (const answer of [
        await broken.verify('0'.repeat(37), '1234'),
        await broken.post('/verify-otp', { phoneNumber: freshNumber(), code: '1234' }),
      ]) {
        expect(problemFaults(answer, 500, 'internal_error')).toEqual([]);
        seen.add(String(answer.body['code']));
      }
    } finally {
      await broken.stop();
    }
  });

  test('of an unreachable database is a problem', async () => {
    const cut = await TestService.start();
    try {
      const [row] = await cut.rows('SELECT current_database() AS name');
      const name = String(row?.['name']);
      await administer(`ALTER DATABASE "${name}" WITH ALLOW_CONNECTIONS false`);
      await administer(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`,
      );
      const messages = cut.sinch.messages;
      for (const answer of [
        await cut.verify('0'.repeat(37), '1234'),
        await cut.post('/request-otp', { phoneNumber: freshNumber() }),
        await cut.get('/readyz'),
      ]) {
        expect(problemFaults(answer, 503, 'service_unavailable')).toEqual([]);
        seen.add(String(answer.body['code']));
      }
      expect((await cut.get('/livez')).status).toBe(200);
      expect(cut.sinch.messages).toBe(messages);
    } finally {
      await cut.stop();
    }
  });

  test('has a code of the catalogue, and the corpus covers nearly all codes', () => {
    const elsewhere = new Set([
      'number_blocked',
      'idempotency_in_progress',
      // Those of accounts, in tests/component/accounts.
      'credentials_invalid',
      'token_invalid',
      'fresh_login_required',
      'account_locked',
      'totp_not_found',
      'totp_active',
      // Those of callers, in tests/component/services/applications and tests/component/cli.
      'key_invalid',
      'not_permitted',
      'origin_not_allowed',
      'application_not_found',
      'application_exists',
      'key_not_found',
      // Those of operators and webhooks, in tests/component/http and tests/component/services/webhooks.
      'rule_not_found',
      'user_not_found',
      'webhook_not_found',
      'webhook_limit',
    ]);
    expect([...seen].sort()).toEqual(
      Object.keys(ERROR_CATALOGUE)
        .filter((code) => !elsewhere.has(code))
        .sort(),
    );
  });
});

test('in production, errors reveal no internals either', async () => {
  const service = await TestService.start(PRODUCTION);
  try {
    await service.rows('ALTER TABLE verifications RENAME COLUMN status TO state');
    expect(
      problemFaults(await service.verify('0'.repeat(37), '1234'), 500, 'internal_error'),
    ).toEqual([]);
    expect(problemFaults(await service.get('/'), 404, 'not_found')).toEqual([]);
  } finally {
    await service.stop();
  }
});

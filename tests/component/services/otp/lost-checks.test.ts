import { setTimeout as sleep } from 'node:timers/promises';
import { startRig } from '../../../support/provider-rig.js';
import { TestService, freshNumber, type Answer } from '../../../support/service.js';

/** The disk is full, but only for users. */
const STOP_RECORDING = [
  `CREATE FUNCTION not_now() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN RAISE disk_full; END'`,
  'CREATE TRIGGER not_now BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION not_now()',
];
const RECORD_AGAIN = ['DROP TRIGGER not_now ON users', 'DROP FUNCTION not_now()'];

describe('a check whose response was lost', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ LIMIT_WRONG_PER_PHONE: '90/1h' });
  });
  afterAll(() => service.stop());

  const begin = async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    return { phoneNumber, id, code: service.sinch.codeFor(phoneNumber) };
  };
  const lose = (alsoTheLookup = false) => {
    service.sinch.misbehaveAfter('PUT', (res) => void res.destroy());
    if (alsoTheLookup) service.sinch.answer('GET', 500, { errorCode: 50000 });
  };
  const byNumber = (phoneNumber: string, code: string) =>
    service.post('/verify-otp', { phoneNumber, code });

  test('is finished at once when the provider says that it approved the code', async () => {
    const { phoneNumber, id, code } = await begin();
    const before = service.sinch.comparisons;
    lose();
    const answer = await service.verify(id, code);
    expect([answer.status, answer.body['phoneNumber']]).toEqual([200, phoneNumber]);
    expect(service.sinch.comparisons).toBe(before + 1);
    expect((await service.verify(id, code)).body['code']).toBe('already_verified');
    expect(await statusOf(service, id)).toBe('verified');
  });

  test('is finished by the next check of the same code, and by no other code', async () => {
    const { id, code } = await begin();
    lose(true);
    expectUnknown(await service.verify(id, code));
    expect(await statusOf(service, id)).toBe('pending');
    const wrong = String((Number(code) + 1) % 10_000).padStart(4, '0');
    expect((await service.verify(id, wrong)).status).toBe(410);
    const answer = await service.verify(id, code);
    expect([answer.status, typeof answer.body['proof']]).toEqual([200, 'string']);
  });

  test('of a wrong code is unknown, and the right one still verifies', async () => {
    const { phoneNumber, id, code } = await begin();
    const wrong = service.sinch.wrongCodeFor(phoneNumber);
    lose();
    expectUnknown(await service.verify(id, wrong));
    expect((await service.verify(id, wrong)).body['code']).toBe('code_invalid');
    expect((await service.verify(id, code)).status).toBe(200);
  });

  test('by number is never finished: whoever asks next may be another person', async () => {
    const { phoneNumber, id, code } = await begin();
    lose();
    expect((await byNumber(phoneNumber, code)).status).toBe(401);
    expect((await byNumber(phoneNumber, code)).status).toBe(401);
    expect((await service.verify(id, code)).body['code']).toBe('code_expired');
    expect((await service.verify(id, '0000')).body['code']).toBe('code_expired');
    expect(await statusOf(service, id)).toBe('pending');
  });

  test('is not finished when another check began while the provider was asked', async () => {
    const { phoneNumber, id, code } = await begin();
    lose();
    service.sinch.misbehave('GET', (_req, res) => {
      const sql = 'UPDATE verifications SET attempts = attempts + 1 WHERE id = $1';
      void service.rows(sql, [id]).then(() => {
        const status = { id: service.sinch.newestFor(phoneNumber).id, status: 'SUCCESSFUL' };
        res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(status));
      });
    });
    expectUnknown(await service.verify(id, code));
    expect(await statusOf(service, id)).toBe('pending');
  });

  test('is not finished when another lost check may be the approved one', async () => {
    const { phoneNumber, id, code } = await begin();
    const wrong = service.sinch.wrongCodeFor(phoneNumber);
    lose(true);
    expectUnknown(await service.verify(id, wrong));
    lose(true);
    expectUnknown(await service.verify(id, code));
    for (const one of [wrong, code]) {
      expect((await service.verify(id, one)).body['code']).toBe('code_expired');
    }
  });

  test('keeps no code, nor an unkeyed hash of one, in its event', async () => {
    const { id, code } = await begin();
    lose(true);
    expectUnknown(await service.verify(id, code));
    const [event] = await service.rows(
      `SELECT detail FROM verification_events WHERE verification_id = $1 AND type = 'check_failed'`,
      [id],
    );
    expect(event?.['detail']).toEqual({
      reason: 'timeout-unknown',
      tag: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/) as string,
    });
    const { body } = await service.get(`/verifications/${id}`);
    expect(JSON.stringify(body)).not.toContain((event?.['detail'] as { tag: string }).tag);
  });
});

test.each(['sinch-verification', 'local-code on Postgres', 'infobip-2fa'] as const)(
  'an approval of %s that the database did not record is finished by the same code',
  async (name) => {
    const rig = await startRig(name);
    const { service } = rig;
    try {
      const phoneNumber = freshNumber();
      const id = await service.request(phoneNumber);
      const [code, wrong] = [rig.codeFor(phoneNumber), rig.wrongCodeFor(phoneNumber)];
      for (const sql of STOP_RECORDING) await service.rows(sql);
      expect((await service.verify(id, code)).status).toBe(503);
      for (const sql of RECORD_AGAIN) await service.rows(sql);
      await sleep(1000);
      expect((await service.verify(id, wrong)).status).toBeGreaterThanOrEqual(400);
      const answer = await service.verify(id, code);
      // Infobip has no state of a PIN.
      expect(answer.status).toBe(name === 'infobip-2fa' ? 410 : 200);
      const users = await service.rows('SELECT status FROM users WHERE phone_number = $1', [
        phoneNumber,
      ]);
      expect(users).toEqual(name === 'infobip-2fa' ? [] : [{ status: 'verified' }]);
    } finally {
      await rig.stop();
    }
  },
);

function expectUnknown(answer: Answer): void {
  expect([answer.status, answer.body['code']]).toEqual([504, 'provider_outcome_unknown']);
}

async function statusOf(service: TestService, id: string): Promise<unknown> {
  const [row] = await service.rows('SELECT status FROM verifications WHERE id = $1', [id]);
  return row?.['status'];
}

import {
  describeRig,
  RIGS,
  startRig,
  type ProviderRig,
  type RigName,
} from '../../../support/provider-rig.js';
import { freshNumber } from '../../../support/service.js';

/** Behaviour of every provider. Each provider's own rules have separate tests. */
for (const name of RIGS) describeRig(name)(`with ${name}`, () => holds(name));

function holds(name: RigName): void {
  let rig: ProviderRig;
  beforeAll(async () => {
    rig = await startRig(name);
  });
  afterAll(() => rig.stop());

  const statusOf = async (id: string) => {
    const [row] = await rig.service.rows(
      'SELECT status, attempts, provider FROM verifications WHERE id = $1',
      [id],
    );
    return row;
  };

  test('a code arrives once and verifies the number once', async () => {
    const number = freshNumber();
    const id = await rig.service.request(number);
    expect(rig.messages(number)).toBe(1);
    const code = rig.codeFor(number);
    const answer = await rig.service.verify(id, code);
    expect([answer.status, answer.body['status']]).toEqual([200, 'verified']);
    expect((await rig.service.verify(id, code)).body['code']).toBe('already_verified');
    expect(await statusOf(id)).toMatchObject({ status: 'verified', provider: name.split(' ')[0] });
    const users = await rig.service.rows('SELECT status FROM users WHERE phone_number = $1', [
      number,
    ]);
    expect(users).toEqual([{ status: 'verified' }]);
  });

  test('wrong codes are counted, and after the last attempt the right code is refused', async () => {
    const number = freshNumber();
    const id = await rig.service.request(number);
    const wrong = rig.wrongCodeFor(number);
    for (const left of [4, 3, 2, 1, 0]) {
      const { status, body } = await rig.service.verify(id, wrong);
      expect([status, body['code'], body['attemptsRemaining']]).toEqual([
        401,
        'code_invalid',
        left,
      ]);
    }
    expect((await rig.service.verify(id, rig.codeFor(number))).status).toBe(429);
    expect(await statusOf(id)).toMatchObject({ status: 'pending', attempts: 5 });
  });

  test('a wrong code does not invalidate the right one', async () => {
    const number = freshNumber();
    const id = await rig.service.request(number);
    expect((await rig.service.verify(id, rig.wrongCodeFor(number))).status).toBe(401);
    expect((await rig.service.verify(id, rig.codeFor(number))).status).toBe(200);
  });

  test('an expired code is refused', async () => {
    const number = freshNumber();
    const id = await rig.service.request(number);
    const late = `UPDATE verifications SET expires_at = now() WHERE id = $1 RETURNING id`;
    await rig.service.rows(late, [id]);
    expect((await rig.service.verify(id, rig.codeFor(number))).body['code']).toBe('code_expired');
  });

  test('100 concurrent checks of the right code give one success and no more comparisons than attempts', async () => {
    const number = freshNumber();
    const id = await rig.service.request(number);
    const code = rig.codeFor(number);
    const before = await rig.comparisons();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => rig.service.verify(id, code)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 500)).toEqual([]);
    const row = await statusOf(id);
    expect(row).toMatchObject({ status: 'verified' });
    const compared = (await rig.comparisons()) - before;
    // Our own codes are compared without a call.
    if (name.startsWith('local-code')) expect(compared).toBe(0);
    else expect(compared).toBeGreaterThan(0);
    expect(compared).toBeLessThanOrEqual(Number(row?.['attempts']));
    expect(Number(row?.['attempts'])).toBeLessThanOrEqual(5);
  });

  test('a code is valid for its own verification only', async () => {
    const number = freshNumber();
    const id = await rig.service.request(number);
    const code = rig.codeFor(number);
    let other: string;
    let otherId: string;
    do {
      other = freshNumber();
      otherId = await rig.service.request(other);
    } while (rig.codeFor(other) === code);
    const refused = await rig.service.verify(otherId, code);
    expect([refused.status, refused.body['code']]).toEqual([401, 'code_invalid']);
    expect((await rig.service.verify(id, code)).status).toBe(200);
  });

  test('a resend replaces the code and keeps the attempt count', async () => {
    const number = freshNumber();
    const id = await rig.service.request(number);
    const first = rig.codeFor(number);
    await rig.service.verify(id, rig.wrongCodeFor(number));
    let resends = 0;
    do {
      const resent = await rig.service.post(`/verifications/${id}/resend`, {});
      expect([resent.status, resent.body['attemptsRemaining']]).toEqual([200, 4]);
      resends += 1;
      expect(rig.messages(number)).toBe(1 + resends);
    } while (rig.codeFor(number) === first);
    const refused = await rig.service.verify(id, first);
    expect([refused.status, refused.body['code']]).toEqual([401, 'code_invalid']);
    expect((await rig.service.verify(id, rig.codeFor(number))).status).toBe(200);
  });

  test("checks by number cannot use up the holder's attempts", async () => {
    const number = freshNumber();
    const id = await rig.service.request(number);
    const wrong = rig.wrongCodeFor(number);
    for (let i = 0; i < 10; i += 1) {
      const { status } = await rig.service.post('/verify-otp', {
        phoneNumber: number,
        code: wrong,
      });
      expect(status).toBe(401);
    }
    for (const left of [4, 3, 2, 1]) {
      expect((await rig.service.verify(id, wrong)).body['attemptsRemaining']).toBe(left);
    }
    expect((await rig.service.verify(id, rig.codeFor(number))).status).toBe(200);
  });

  test('checks by number work, and a refusal reveals nothing', async () => {
    const number = freshNumber();
    await rig.service.request(number);
    const check = (code: string) => rig.service.post('/verify-otp', { phoneNumber: number, code });
    const wrong = await check(rig.wrongCodeFor(number));
    expect([wrong.status, wrong.body['attemptsRemaining']]).toEqual([401, undefined]);
    expect((await check(rig.codeFor(number))).status).toBe(200);
  });
}

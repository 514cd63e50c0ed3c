import { TestService, freshNumber } from '../../../support/service.js';

describe('under concurrency', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  test('200 concurrent right checks give exactly one 200', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    const code = service.sinch.codeFor(phoneNumber);
    const before = service.sinch.comparisons;
    const answers = await Promise.all(Array.from({ length: 200 }, () => service.verify(id, code)));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 500)).toEqual([]);
    expect(service.sinch.comparisons - before).toBeLessThanOrEqual(5);
    expect(await service.rows('SELECT status FROM verifications WHERE id = $1', [id])).toEqual([
      { status: 'verified' },
    ]);
  });

  test('200 concurrent wrong checks are compared five times, and the right code is then refused', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    const wrong = service.sinch.wrongCodeFor(phoneNumber);
    const before = service.sinch.comparisons;
    const answers = await Promise.all(Array.from({ length: 200 }, () => service.verify(id, wrong)));
    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(5);
    // An overloaded machine may shed some with 503.
    expect(answers.filter((answer) => answer.status === 429 || answer.status === 503)).toHaveLength(
      195,
    );
    expect(service.sinch.comparisons - before).toBe(5);
    const [row] = await service.rows('SELECT attempts FROM verifications WHERE id = $1', [id]);
    expect(row).toEqual({ attempts: 5 });
    expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(429);
  });

  test('a code that the provider forgot after a concurrent success is already verified', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    service.sinch.misbehave('PUT', (_req, res) => {
      const sql = `UPDATE verifications SET status = 'verified', verified_at = now() WHERE id = $1`;
      void service.rows(sql, [id]).then(() => {
        res.writeHead(404, { 'Content-Type': 'application/json' });
        res.end(JSON.stringify({ errorCode: 40400 }));
      });
    });
    const answer = await service.verify(id, service.sinch.codeFor(phoneNumber));
    expect([answer.status, answer.body['code']]).toEqual([409, 'already_verified']);
  });

  test('several provider approvals give one success', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    const code = service.sinch.codeFor(phoneNumber);
    service.sinch.answer('PUT', 200, { id: 'x', method: 'sms', status: 'SUCCESSFUL' }, {}, 5);
    const answers = await Promise.all(Array.from({ length: 20 }, () => service.verify(id, code)));
    const [first, ...others] = answers.filter((answer) => answer.status === 200);
    expect(others).toEqual([]);
    const { body } = await service.post('/proofs/introspect', { proof: first?.body['proof'] });
    expect(body).toMatchObject({ active: true, vid: id, jti: expect.any(String) });
    const kept = await service.rows('SELECT proof_id FROM verifications WHERE id = $1', [id]);
    expect(kept).toEqual([{ proof_id: body['jti'] }]);
    const events = await service.rows(
      `SELECT 1 FROM verification_events WHERE verification_id = $1 AND type = 'verified'`,
      [id],
    );
    expect(events).toHaveLength(1);
  });
});

describe('100 concurrent requests for one number', () => {
  test('send one message', async () => {
    const service = await TestService.start({ LIMIT_RESEND_COOLDOWN_SECONDS: '30' });
    try {
      const phoneNumber = freshNumber();
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => service.post('/request-otp', { phoneNumber })),
      );
      expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
      const refused = answers.filter((answer) =>
        ['cooldown', 'service_unavailable'].includes(String(answer.body['code'])),
      );
      expect(refused).toHaveLength(99);
      expect(service.sinch.messages).toBe(1);
    } finally {
      await service.stop();
    }
  });

  test('keep to the send limit without a cool-down', async () => {
    const service = await TestService.start({ LIMIT_SEND_PER_PHONE: '5/1h' });
    try {
      const phoneNumber = freshNumber();
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => service.post('/request-otp', { phoneNumber })),
      );
      expect(answers.filter((answer) => answer.status === 200)).toHaveLength(5);
      expect(service.sinch.messages).toBe(5);
    } finally {
      await service.stop();
    }
  });
});

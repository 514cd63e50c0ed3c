import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestService, freshNumber, type Answer } from '../../../support/service.js';

/** Resets the connection after the whole request was read, so that the outcome is unknown. */
const resetAfterReading = (_req: unknown, res: ServerResponse) =>
  void res.socket?.resetAndDestroy();
const neverRespond = () => undefined;
const drip = (_req: unknown, res: ServerResponse) => {
  res.writeHead(200, { 'Content-Type': 'application/json' });
  const timer = setInterval(() => res.write(' '), 50);
  res.on('close', () => clearInterval(timer));
};

describe('the provider response to a start', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ PROVIDER_TIMEOUT_MS: '400', LIMIT_SEND_PER_PHONE: '9/1h' });
  });
  afterAll(() => service.stop());

  const stateOf = async (phoneNumber: string) => {
    const [row] = await service.rows(
      `SELECT v.id, v.status, v.failure, cardinality(l.sends) AS sends
       FROM verifications v JOIN phone_limits l USING (phone_key) WHERE phone_number = $1`,
      [phoneNumber],
    );
    return row;
  };

  test.each([
    ['an invalid number', 400, 40001, 502, 'provider_rejected', 'rejected-destination', 0],
    ['a blacklisted number', 403, 40300, 502, 'provider_rejected', 'rejected-destination', 0],
    ['denial by the callback', 403, 40303, 502, 'provider_rejected', 'bad-credentials', 0],
    ['no route', 422, 42201, 502, 'provider_rejected', 'rejected-destination', 0],
    ['an unknown application', 422, 42200, 502, 'provider_rejected', 'bad-credentials', 0],
    ['no credit', 402, 40200, 502, 'provider_rejected', 'quota-exhausted', 0],
    ['a bad signature', 401, 40102, 502, 'provider_rejected', 'bad-credentials', 0],
    ['a used reference', 409, 40900, 502, 'provider_rejected', 'bad-response', 1],
    ['a rate limit', 429, 42901, 503, 'provider_unavailable', 'rate-limited', 0],
    ['maintenance', 503, 50300, 503, 'provider_unavailable', 'unreachable', 0],
    ['a configuration error', 503, 50301, 502, 'provider_rejected', 'bad-credentials', 0],
  ])('%s', async (_what, status, errorCode, expected, code, failure, sends) => {
    const phoneNumber = freshNumber();
    const before = service.sinch.calls.length;
    service.sinch.answer('POST', status, { errorCode, message: 'their own words' });
    const answer = await service.post('/request-otp', { phoneNumber });
    expect([answer.status, answer.body['code']]).toEqual([expected, code]);
    expect(answer.text).not.toContain('their own words');
    expect(service.sinch.calls.length).toBe(before + 1);
    expect(await stateOf(phoneNumber)).toMatchObject({ status: 'failed', failure, sends });
  });

  test('an error code as a string, as in the API document', async () => {
    service.sinch.answer('POST', 402, { errorCode: '40200', message: 'Not enough credit' });
    const answer = await service.post('/request-otp', { phoneNumber: freshNumber() });
    expect(answer.body['code']).toBe('provider_rejected');
    expect(service.log.events('otp.send_failed').at(-1)).toMatchObject({
      outcome: 'quota-exhausted',
      providerCode: '40200',
      providerStatus: 402,
    });
  });

  test.each<[string, () => void]>([
    ['HTML in place of JSON', () => service.sinch.answer('POST', 200, '<html>Welcome</html>')],
    ['truncated JSON', () => service.sinch.answer('POST', 200, '{"id": "12')],
    ['another shape', () => service.sinch.answer('POST', 200, { id: 5, method: 'sms' })],
    [
      'an oversized body',
      () => service.sinch.answer('POST', 200, { id: 'x', method: 'sms', more: 'x'.repeat(65_536) }),
    ],
    ['an HTML page of a gateway', () => service.sinch.answer('POST', 404, '<html>')],
  ])('%s is a bad response, and the send stays counted', async (_what, plan) => {
    const phoneNumber = freshNumber();
    plan();
    const answer = await service.post('/request-otp', { phoneNumber });
    expect([answer.status, answer.body['code']]).toEqual([502, 'provider_rejected']);
    expect(await stateOf(phoneNumber)).toMatchObject({ failure: 'bad-response', sends: 1 });
  });

  test('a redirect is not followed', async () => {
    const other = await TestService.start();
    try {
      service.sinch.answer('POST', 302, '', { Location: `${other.sinch.url}/elsewhere` });
      const answer = await service.post('/request-otp', { phoneNumber: freshNumber() });
      expect(answer.status).toBe(502);
      expect(other.sinch.calls).toEqual([]);
    } finally {
      await other.stop();
    }
  });

  test.each([
    ['hangs', neverRespond],
    ['drips', drip],
    ['resets the connection after reading', resetAfterReading],
    [
      'has an internal error',
      (_req: unknown, res: ServerResponse) => void res.writeHead(500).end(),
    ],
  ])('a provider that %s: 504, one call, and the code stays checkable', async (_what, act) => {
    const phoneNumber = freshNumber();
    const before = service.sinch.calls.length;
    service.sinch.misbehave('POST', act);
    const startedAt = performance.now();
    const answer = await service.post('/request-otp', { phoneNumber });
    expect(performance.now() - startedAt).toBeLessThan(1500);
    expect(answer.status).toBe(504);
    expect(answer.body['code']).toBe('provider_outcome_unknown');
    // `otp.send_failed` has told it.
    expect(service.log.events('http.error').map((line) => line['requestId'])).not.toContain(
      answer.body['requestId'],
    );
    const sends = service.sinch.calls.slice(before).filter(({ method }) => method === 'POST');
    expect(sends).toHaveLength(1);
    const state = await stateOf(phoneNumber);
    expect(state).toMatchObject({ id: answer.body['verificationId'], status: 'pending', sends: 1 });

    // The provider sent the message and knows it by our reference.
    const [call] = sends;
    service.sinch.started.push({
      id: `late-${phoneNumber.slice(1)}`,
      method: 'sms',
      number: phoneNumber,
      reference: String(call?.json['reference']),
      code: '4711',
      status: 'PENDING',
    });
    expect((await service.verify(String(state!['id']), '4712')).status).toBe(401);
    expect((await service.verify(String(state!['id']), '4711')).status).toBe(200);
  });
});

describe('a provider with Retry-After', () => {
  test('gets no call until then, and clients get the same Retry-After', async () => {
    const service = await TestService.start();
    try {
      service.sinch.answer('POST', 429, { errorCode: 42900 }, { 'Retry-After': '2' });
      const answer = await service.post('/request-otp', { phoneNumber: freshNumber() });
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('2');
      const refused = await service.post('/request-otp', { phoneNumber: freshNumber() });
      expect(refused.status).toBe(503);
      expect(service.sinch.calls).toHaveLength(1);
      await sleep(Number(refused.headers.get('retry-after')) * 1000);
      expect((await service.post('/request-otp', { phoneNumber: freshNumber() })).status).toBe(200);
      expect(service.sinch.calls).toHaveLength(2);
    } finally {
      await service.stop();
    }
  });
});

describe('an unreachable provider', () => {
  test.each([
    ['a closed port', 'http://127.0.0.1:9'],
    ['a server without TLS', undefined],
  ])('%s: 503, and nothing is counted', async (_what, url) => {
    const helper = await TestService.start();
    const service = await TestService.start({
      LIMIT_SEND_PER_PHONE: '9/1h',
      SINCH_VERIFICATION_URL: url ?? helper.sinch.url.replace('http:', 'https:'),
    });
    try {
      const phoneNumber = freshNumber();
      const answer = await service.post('/request-otp', { phoneNumber });
      expect([answer.status, answer.body['code']]).toEqual([503, 'provider_unavailable']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await service.rows('SELECT status, failure FROM verifications')).toEqual([
        { status: 'failed', failure: 'unreachable' },
      ]);
      expect(await service.rows('SELECT sends, next_send_at FROM phone_limits')).toEqual([
        { sends: [], next_send_at: null },
      ]);
    } finally {
      await service.stop();
      await helper.stop();
    }
  });
});

describe('the provider response to a check', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ PROVIDER_TIMEOUT_MS: '400' });
  });
  afterAll(() => service.stop());

  const check = async (
    plan: () => void,
  ): Promise<{ answer: Answer; row: Record<string, unknown> }> => {
    const id = await service.request(freshNumber());
    plan();
    const answer = await service.verify(id, '0000');
    const [row] = await service.rows('SELECT status, attempts FROM verifications WHERE id = $1', [
      id,
    ]);
    return { answer, row: row! };
  };
  const report = (status: string, reason?: string) => () =>
    service.sinch.answer('PUT', 200, { id: 'x', method: 'sms', status, ...(reason && { reason }) });

  test.each<[string, () => void, number, string, number]>([
    ['40003', () => service.sinch.answer('PUT', 400, { errorCode: 40003 }), 401, 'code_invalid', 1],
    ['40001', () => service.sinch.answer('PUT', 400, { errorCode: 40001 }), 401, 'code_invalid', 1],
    ['FAIL, Invalid code', report('FAIL', 'Invalid code'), 401, 'code_invalid', 1],
    ['FAIL, Expired', report('FAIL', 'Expired'), 410, 'code_expired', 1],
    ['40400', () => service.sinch.answer('PUT', 404, { errorCode: 40400 }), 410, 'code_expired', 1],
    ['ABORTED', report('ABORTED'), 410, 'verification_cancelled', 1],
    ['DENIED', report('DENIED', 'Fraud'), 410, 'verification_failed', 1],
    ['ERROR', report('ERROR', 'SMS delivery failure'), 410, 'verification_failed', 1],
    ['an unknown status', report('WHATEVER'), 410, 'verification_failed', 1],
    [
      'an internal error',
      () => service.sinch.answer('PUT', 500, { errorCode: 50000 }),
      504,
      'provider_outcome_unknown',
      1,
    ],
    [
      'maintenance',
      () => service.sinch.answer('PUT', 503, { errorCode: 50300 }),
      503,
      'provider_unavailable',
      0,
    ],
    [
      'a bad signature',
      () => service.sinch.answer('PUT', 401, { errorCode: 40102 }),
      502,
      'provider_rejected',
      0,
    ],
    ['HTML', () => service.sinch.answer('PUT', 200, '<html>'), 502, 'provider_rejected', 1],
    [
      'no response',
      () => service.sinch.misbehave('PUT', neverRespond),
      504,
      'provider_outcome_unknown',
      1,
    ],
    [
      'a connection reset',
      () => service.sinch.misbehave('PUT', resetAfterReading),
      504,
      'provider_outcome_unknown',
      1,
    ],
  ])('%s', async (_what, plan, status, code, attempts) => {
    const { answer, row } = await check(plan);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(row).toEqual({ status: 'pending', attempts });
  });
});

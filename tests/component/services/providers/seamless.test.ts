import { TestService, freshNumber } from '../../../support/service.js';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

async function begin(): Promise<{ phoneNumber: string; verificationId: string }> {
  const phoneNumber = freshNumber();
  const verificationId = await service.request(phoneNumber, { channel: 'seamless' });
  return { phoneNumber, verificationId };
}

describe('a seamless verification', () => {
  test('succeeds only after the device has opened the URI, without a report', async () => {
    const { phoneNumber, verificationId } = await begin();
    const { id } = service.sinch.newestFor(phoneNumber);
    const before = service.sinch.calls.length;

    const early = await service.verify(verificationId, 'seamless');
    expect([early.status, early.body['code']]).toEqual([401, 'code_invalid']);
    expect(early.body['attemptsRemaining']).toBe(4);
    service.sinch.openFor(phoneNumber);
    const late = await service.verify(verificationId, 'seamless');
    expect([late.status, late.body['channel']]).toEqual([200, 'seamless']);
    expect((await service.verify(verificationId, 'seamless')).status).toBe(409);

    const calls = service.sinch.calls.slice(before);
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array(2).fill(`GET /verification/v1/verifications/id/${id}`),
    );
  });

  test('is queried at most five times', async () => {
    const { phoneNumber, verificationId } = await begin();
    const before = service.sinch.calls.length;
    const tries = Array.from({ length: 20 }, () => service.verify(verificationId, 'seamless'));
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(service.sinch.calls.length - before).toBe(5);
    service.sinch.openFor(phoneNumber);
    expect((await service.verify(verificationId, 'seamless')).status).toBe(429);
  });

  test('gives one success in 20 concurrent checks', async () => {
    const { phoneNumber, verificationId } = await begin();
    service.sinch.openFor(phoneNumber);
    const tries = Array.from({ length: 20 }, () => service.verify(verificationId, 'seamless'));
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  });

  test('cannot be checked by number, because `seamless` is no secret', async () => {
    const { phoneNumber, verificationId } = await begin();
    service.sinch.openFor(phoneNumber);
    const before = service.sinch.calls.length;
    const stranger = await service.post('/verify-otp', { phoneNumber, code: 'seamless' });
    expect([stranger.status, stranger.body['code']]).toEqual([400, 'invalid_request']);
    expect(stranger.body['errors']).toMatchObject([{ pointer: '/verificationId' }]);
    expect(service.sinch.calls).toHaveLength(before);
    expect((await service.verify(verificationId, 'seamless')).status).toBe(200);
  });

  test.each([
    ['FAIL', 'Expired', 410, 'code_expired'],
    ['FAIL', 'Invalid code', 401, 'code_invalid'],
    ['ABORTED', undefined, 410, 'verification_cancelled'],
    ['DENIED', 'Fraud', 410, 'verification_failed'],
    ['ERROR', 'Internal error', 410, 'verification_failed'],
    ['SOMETHING NEW', undefined, 410, 'verification_failed'],
  ])('with status %s (%s) is answered %d %s', async (status, reason, httpStatus, code) => {
    const { verificationId } = await begin();
    service.sinch.answer('GET', 200, { id: 'x', method: 'seamless', status, reason });
    const answer = await service.verify(verificationId, 'seamless');
    expect([answer.status, answer.body['code']]).toEqual([httpStatus, code]);
  });

  test('that Sinch does not know is expired', async () => {
    const { verificationId } = await begin();
    service.sinch.answer('GET', 404, { errorCode: 40400, message: 'not found' });
    expect((await service.verify(verificationId, 'seamless')).body['code']).toBe('code_expired');
  });

  test('whose start response was lost is queried by our reference', async () => {
    const phoneNumber = freshNumber();
    service.sinch.misbehave('POST', (req) => req.socket.destroy());
    const lost = await service.post('/request-otp', { phoneNumber, channel: 'seamless' });
    expect(lost.status).toBe(504);
    const reference = String(service.sinch.calls.at(-1)?.json['reference']);
    const id = String(lost.body['verificationId']);
    expect((await service.verify(id, 'seamless')).status).toBe(410);
    expect(service.sinch.calls.at(-1)?.path).toBe(
      `/verification/v1/verifications/reference/${reference}`,
    );
  });
});

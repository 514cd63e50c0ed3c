import { SINCH_CALLBACK, deliveredEvent, signedBySinch } from '../../../support/callbacks.js';
import type { Started } from '../../../support/fake-sinch.js';
import { TestService, freshNumber, type Answer } from '../../../support/service.js';

describe('a receipt that arrives before the response to the send', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  const deliver = (send: Started): Promise<Answer> => {
    const { body, headers } = signedBySinch(deliveredEvent(send));
    return service.call('POST', SINCH_CALLBACK, body, headers);
  };
  const timelineOf = async (id: string) => {
    const { body } = await service.get(`/verifications/${id}`);
    return (body['timeline'] as { type: string }[]).map(({ type }) => type);
  };

  test('is recorded for the first send', async () => {
    const answers: Answer[] = [];
    service.sinch.onStart = async (send) => void answers.push(await deliver(send));
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    service.sinch.onStart = undefined;
    expect(answers.map(({ status }) => status)).toEqual([200]);
    expect(await timelineOf(id)).toEqual(['requested', 'delivered', 'sent']);
    await deliver(service.sinch.newestFor(phoneNumber));
    expect(await timelineOf(id)).toEqual(['requested', 'delivered', 'sent']);
    expect((await service.verify(id, service.sinch.codeFor(phoneNumber))).status).toBe(200);
  });

  test('is recorded for a resend, not for the previous message', async () => {
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    await deliver(service.sinch.newestFor(phoneNumber));
    service.sinch.onStart = deliver;
    await service.post(`/verifications/${id}/resend`, {});
    service.sinch.onStart = undefined;
    await deliver(service.sinch.newestFor(phoneNumber));
    expect(await timelineOf(id)).toEqual([
      'requested',
      'sent',
      'delivered',
      'resend_requested',
      'delivered',
      'sent',
    ]);
  });

  test('is recorded for a send whose response is lost', async () => {
    const phoneNumber = freshNumber();
    const cut: { send?: Started } = {};
    service.sinch.misbehave('POST', (req, _res, body) => {
      const { reference } = JSON.parse(body) as { reference: string };
      cut.send = { id: 'x', method: 'sms', number: phoneNumber, reference, code: '', status: '' };
      req.socket.destroy();
    });
    const lost = await service.post('/request-otp', { phoneNumber });
    expect(lost.status).toBe(504);
    await deliver(cut.send!);
    const id = String(lost.body['verificationId']);
    expect(await timelineOf(id)).toEqual(['requested', 'outcome_unknown', 'delivered']);
  });
});

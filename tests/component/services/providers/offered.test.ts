import { TestService, freshNumber } from '../../../support/service.js';

test('a channel that is not offered is refused, also for a resend and a test number', async () => {
  const tested = '+15005550006';
  const service = await TestService.start({
    OTP_CHANNELS: 'sms,voice',
    OTP_TEST_NUMBERS: `${tested}=123456`,
  });
  try {
    const refused = await service.post('/request-otp', {
      phoneNumber: freshNumber(),
      channel: 'flashcall',
    });
    expect(refused.body).toMatchObject({
      status: 400,
      code: 'invalid_request',
      errors: [{ pointer: '/channel' }],
    });
    const test = await service.post('/request-otp', { phoneNumber: tested, channel: 'seamless' });
    expect(test.status).toBe(400);
    const id = await service.request(freshNumber());
    const resend = await service.post(`/verifications/${id}/resend`, { channel: 'whatsapp' });
    expect(resend.status).toBe(400);
    expect(service.sinch.messages).toBe(1);
    await service.request(freshNumber(), { channel: 'voice' });
    expect(service.sinch.messages).toBe(2);
  } finally {
    await service.stop();
  }
});

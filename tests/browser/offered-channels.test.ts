import { afterEach, describe, expect, it } from '@jest/globals';
import { TestService } from '../support/service.js';

const ACCOUNTS = {
  INFOBIP_BASE_URL: 'http://127.0.0.1:9',
  SINCH_SMS_URL: 'http://127.0.0.1:9',
};

describe('the demo page', () => {
  let service: TestService;
  afterEach(() => service.stop());

  it.each([
    [{ VERIFICATION_PROVIDERS: 'local-code' }, 'sms'],
    [{ VERIFICATION_PROVIDERS: 'infobip-2fa' }, 'sms voice'],
    [{ VERIFICATION_PROVIDERS: 'local-code,infobip-2fa' }, 'sms voice'],
    [{ VERIFICATION_PROVIDERS: 'sinch-verification' }, 'sms voice flashcall whatsapp seamless'],
    [{ VERIFICATION_PROVIDERS: 'local-code', ROUTE_SE: 'infobip-2fa' }, 'sms voice'],
    [
      { VERIFICATION_PROVIDERS: 'infobip-2fa', ROUTE_SE: 'local-code', ROUTE_DE: 'local-code' },
      'sms voice',
    ],
  ])('with %j offers %s', async (routes, channels) => {
    service = await TestService.start({ ...ACCOUNTS, ...routes });
    const { text } = await service.get('/');
    expect(/channels="([^"]*)"/.exec(text)?.[1]).toBe(channels);
  });
});

import { accountOf } from '../../../src/config/accounts.js';
import { loadConfig } from '../../../src/config/load.js';
import { sinchSms } from '../../../src/config/sms-senders.js';
import { callbackRoutes } from '../../../src/routes/callback.routes.js';
import type { CallbackController } from '../../../src/controllers/callback.controller.js';
import { CALLBACK_TOKEN } from '../../support/callbacks.js';

const base = { SINCH_SMS_URL: 'http://127.0.0.1:9', CALLBACK_TOKEN };
const reportUrl = (environment: Record<string, string>) =>
  accountOf(sinchSms, loadConfig(environment).accounts)?.callbackUrl;

describe('the URL for delivery reports of Sinch SMS', () => {
  test('is the public URL of a served path', () => {
    const url = reportUrl({ ...base, PUBLIC_URL: 'https://example.com/otp/' });
    const controller = { sinchSms: () => undefined } as unknown as CallbackController;
    const enabledCallbacks = { sinchVerification: false, deliveryReports: true };
    const [path] = callbackRoutes(controller, enabledCallbacks).map((route) => route.path);
    expect(url).toBe(`https://example.com/otp${String(path).replace(':token', CALLBACK_TOKEN)}`);
  });

  test('is undefined without PUBLIC_URL or CALLBACK_TOKEN', () => {
    expect(reportUrl(base)).toBeUndefined();
    const { SINCH_SMS_URL } = base;
    expect(reportUrl({ SINCH_SMS_URL, PUBLIC_URL: 'https://example.com' })).toBeUndefined();
  });
});

describe('the configuration of callbacks', () => {
  test('is off by default', () => {
    expect(loadConfig({}).callbacks).toEqual({
      token: undefined,
      ownCodes: false,
      sinchSmsSecret: undefined,
    });
  });

  test.each([
    ['PUBLIC_URL', 'http://example.com'],
    ['PUBLIC_URL', 'https://user:password@example.com'],
    ['PUBLIC_URL', 'example.com'],
    ['CALLBACK_TOKEN', 'too-short'],
    ['CALLBACK_TOKEN', `${CALLBACK_TOKEN}/more`],
    ['CALLBACK_TOKEN', 'a'.repeat(64)],
    ['SINCH_OWN_CODES', 'yes'],
    ['SINCH_SMS_WEBHOOK_SECRET', 'too short'],
  ])('refuses %s=%s, naming the variable and not the value', (name, value) => {
    let message = '';
    try {
      loadConfig({ [name]: value });
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toMatch(new RegExp(`^The configuration is invalid:\\n {2}- ${name}: [^\\n]+$`));
    expect(message).not.toContain(value);
  });
});

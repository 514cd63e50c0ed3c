import { ROOT } from '../builder.mjs';

/** Empty is "not set", and wins over a .env file: an example sends nothing that is real. */
const NO_PROVIDER = {
  SINCH_APPLICATION_KEY: '',
  SINCH_APPLICATION_SECRET: '',
  SINCH_SMS_SERVICE_PLAN_ID: '',
  SINCH_SMS_API_TOKEN: '',
  SINCH_SMS_PROJECT_ID: '',
  SINCH_SMS_KEY_ID: '',
  SINCH_SMS_KEY_SECRET: '',
  SINCH_SMS_URL: '',
  INFOBIP_BASE_URL: '',
  INFOBIP_API_KEY: '',
};

/** What may be set otherwise from outside. */
const USUAL = {
  OTP_BRAND: 'Harbour',
  // One person tries everything, over and over, from one address and with one number.
  LIMIT_RESEND_COOLDOWN_SECONDS: '3',
  LIMIT_SEND_PER_IP: '200/1h',
  LIMIT_CHECK_PER_IP: '600/1h',
  LIMIT_SEND_PER_PHONE: '100/1h',
  LIMIT_SEND_PER_PREFIX: '200/1h',
  LIMIT_SEND_PER_COUNTRY: '500/24h',
};

/** The service as `npm start` runs it, with accounts. Resolves with its address. */
export function startService(children, port, plainUrl) {
  const env = {
    ...USUAL,
    ...process.env,
    ...NO_PROVIDER,
    NODE_ENV: '',
    HOST: '127.0.0.1',
    PORT: String(port),
    ACCOUNTS: 'true',
    // The only one whose text is ours, so that a message can name a payment.
    VERIFICATION_PROVIDERS: 'local-code',
    CORS_ORIGINS: plainUrl,
    // The Next.js server calls from this machine and names the person's address.
    TRUST_PROXY: '127.0.0.1',
  };
  return children.serve('The service', ['dist/server.js'], { cwd: ROOT, env });
}

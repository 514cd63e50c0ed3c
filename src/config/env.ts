import { z } from 'zod';
import { isKnownCountry } from '../domain/phone-number.js';
import { CHANNELS, isChannel } from '../domain/verification.js';
import { parseTestNumber } from '../domain/test-number.js';
import { PROVIDERS } from './config.js';
import {
  baseUrl,
  flag,
  integer,
  integerOrOff,
  isOrigin,
  isProxyAddress,
  isRedisUrl,
  limits,
  list,
  optionalFlag,
  providerList,
} from './fields.js';

const text = z.string();

/**
 * Every environment variable, what it means and what it may be. `.env.example` and the README's table are
 * checked against this list. An empty value is "not set"; `NAME_FILE` reads the value of NAME from a file.
 */
export const ENV_SCHEMA = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('production turns every convenience off'),
  HOST: text
    .optional()
    .describe('address to listen on; 127.0.0.1 in development, 0.0.0.0 in production'),
  PORT: integer(0, 65_535, 3000).describe('port to listen on; 0 takes a free one'),
  LOG_LEVEL: z
    .enum(['error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('lowest level that is logged'),
  TRUST_PROXY: list(
    (item) => item === 'off' || isProxyAddress(item),
    'must be off, or IP addresses or subnets separated by commas; never "all"',
  )
    .optional()
    .describe('proxies whose X-Forwarded-For is believed; off unless set'),
  CORS_ORIGINS: list(
    isOrigin,
    'must be origins such as https://app.example.com, separated by commas',
  )
    .optional()
    .describe('browser origins that may call the API; none unless set'),
  DOCS: optionalFlag().describe(
    'serve /openapi.json and /docs; on in development, off in production',
  ),
  METRICS_TOKEN: text
    .regex(/^[\x21-\x7e]{16,}$/, 'must have at least 16 printable characters without blanks')
    .optional()
    .describe('serve /metrics to whoever sends it as a bearer token; off unless set'),

  DATABASE_URL: text
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional()
    .describe('Postgres; in development an embedded one is started when nothing is given'),
  DB_HOST: text.optional().describe('instead of DATABASE_URL: host of Postgres'),
  DB_PORT: integer(1, 65_535, 5432).describe('with DB_HOST: its port'),
  DB_NAME: text.optional().describe('with DB_HOST: database'),
  DB_USER: text.optional().describe('with DB_HOST: user'),
  DB_PASSWORD: text.optional().describe('with DB_HOST: password'),
  DB_POOL_MAX: integer(1, 200, 10).describe('connections that one process opens at most'),
  DB_PREPARE: flag(true).describe(
    'use prepared statements; false for a connection pooler that cannot keep prepared statements',
  ),

  REDIS_URL: text
    .refine(isRedisUrl, 'must be a URL such as rediss://user:password@host:6379/0')
    .optional()
    .describe(
      'Redis for limits per address over all processes and for live codes; none unless set',
    ),

  VERIFICATION_PROVIDERS: providerList()
    .default(['sinch-verification'])
    .describe(
      `who carries verifications out, in order of preference: ${PROVIDERS.join(', ')}; ROUTE_<COUNTRY>, such as ROUTE_SE, is the same for one country`,
    ),
  SINCH_APPLICATION_KEY: text.optional().describe('application key of a Sinch Verification app'),
  SINCH_APPLICATION_SECRET: text
    .optional()
    .describe('application secret of that app, as the dashboard shows it'),
  SINCH_VERIFICATION_URL: baseUrl()
    .default('https://verification.api.sinch.com')
    .describe('address of the Sinch Verification API'),
  SINCH_AUTH: z
    .enum(['application', 'basic'])
    .default('application')
    .describe('signed requests, or Basic authentication'),
  INFOBIP_BASE_URL: baseUrl()
    .default('https://api.infobip.com')
    .describe('address of your Infobip account, such as https://xxxxx.api.infobip.com'),
  INFOBIP_API_KEY: text
    .optional()
    .describe(
      'API key with the scope 2fa:pin:send, and 2fa:manage for npm run infobip:setup and for a look at the settings at the start',
    ),
  INFOBIP_2FA_APP_ID: text.optional().describe('2FA application; npm run infobip:setup makes one'),
  INFOBIP_2FA_MSG_ID: text.optional().describe('message template of that application'),
  INFOBIP_NUMBER_LOOKUP: flag(false).describe(
    'let Infobip look numbers up before it sends; the account needs that product',
  ),
  SINCH_SMS_URL: baseUrl()
    .optional()
    .describe(
      'address of the Sinch SMS API; https://us.sms.api.sinch.com, or https://zt.us.sms.api.sinch.com with a project',
    ),
  SINCH_SMS_SERVICE_PLAN_ID: text.optional().describe('service plan of the Sinch SMS API'),
  SINCH_SMS_API_TOKEN: text.optional().describe('API token of that service plan'),
  SINCH_SMS_PROJECT_ID: text.optional().describe('instead of a service plan: project with OAuth 2'),
  SINCH_SMS_KEY_ID: text.optional().describe('access key of that project'),
  SINCH_SMS_KEY_SECRET: text.optional().describe('secret of that access key'),
  SINCH_SMS_AUTH_URL: baseUrl()
    .default('https://auth.sinch.com')
    .describe('where access tokens for a project come from'),
  SINCH_SMS_FROM: text
    .regex(
      /^[A-Za-z0-9 +]{1,15}$/,
      'must be a number, a short code or a name of up to 11 characters',
    )
    .optional()
    .describe('sender of our own messages; the default of the plan unless set'),
  PUBLIC_URL: baseUrl()
    .optional()
    .describe('where the world reaches this service, a path included; for callbacks of providers'),
  CALLBACK_TOKEN: text
    .regex(/^[\w-]{32,128}$/, 'must have 32 to 128 letters, digits, hyphens and underscores')
    .optional()
    .describe('secret part of the paths of delivery reports; without it none are taken'),
  SINCH_OWN_CODES: flag(false).describe(
    'choose the codes of Sinch Verification here, OTP_LENGTH digits, in its callback before a send',
  ),
  SINCH_SMS_WEBHOOK_SECRET: text
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe('secret with which Sinch signs delivery reports, where it does'),
  PROVIDER_TIMEOUT_MS: integer(100, 30_000, 5000).describe(
    'deadline of one call to a provider, from connect to last byte',
  ),
  PROVIDER_MAX_CONCURRENT: integer(1, 10_000, 50).describe(
    'calls to one provider at once; twice as many may wait',
  ),
  PROVIDER_BREAKER_FAILURES: integer(0, 1000, 5).describe(
    'failures in a row after which a provider is left alone for 30 s; 0 never',
  ),
  PROVIDER_ALLOW_LOOPBACK: flag(false).describe(
    'let a production service talk to a provider on this machine, for benchmarks',
  ),

  OTP_SECRET: text
    .optional()
    .describe('32 or more characters; several separated by commas: the first signs, all verify'),
  OTP_CHANNELS: list(isChannel, `known: ${CHANNELS.join(', ')}`)
    .transform((names) => names.filter(isChannel))
    .optional()
    .describe('channels that callers may ask for; all that the providers have unless set'),
  OTP_LENGTH: integer(6, 10, 6).describe(
    'digits of our own codes, and of PINs where npm run infobip:setup sets them',
  ),
  OTP_BRAND: text
    .regex(
      /^[^\s@#$\p{C}](?:[^@#$\p{C}]{0,18}[^\s@#$\p{C}])?$/u,
      'must be a name of up to 20 characters',
    )
    .default('Proofline')
    .describe('name of your service in our own messages'),
  OTP_ORIGIN: text
    .regex(
      /^(?=.{4,40}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/,
      'must be a host name such as example.com',
    )
    .optional()
    .describe('host whose pages browsers may fill the code in for: last line of our own messages'),
  OTP_ANDROID_APP_HASH: text
    .regex(/^[A-Za-z0-9+/]{11}$/, 'must have 11 characters')
    .optional()
    .describe('hash of the Android app that may read the code from our own messages'),
  OTP_TTL_SECONDS: integer(60, 600, 300).describe('how long a code is good'),
  OTP_MAX_ATTEMPTS: integer(1, 10, 5).describe('checks of one verification'),
  OTP_COUNTRIES: list(
    (code) => code === '*' || isKnownCountry(code),
    'must be * or ISO 3166-1 alpha-2 codes, separated by commas',
  )
    .optional()
    .describe('countries that are served; must be set in production, all in development'),
  OTP_ALLOW_VOIP: flag(false).describe('serve VoIP numbers'),
  OTP_TEST_NUMBERS: list(
    (item) => parseTestNumber(item) !== undefined,
    'must be number=code or number=code@last-day, such as +15005550006=123456@2027-01-31, separated by commas',
  )
    .optional()
    .describe('numbers with a fixed code that get no message; in production each needs a last day'),
  VERIFY_BY_PHONE: flag(true).describe('whether /verify-otp takes a number in place of the id'),
  VERIFY_BY_PHONE_STEP_MS: integer(0, 5000, 500).describe(
    'refusals by number, of a code or of a password, are answered at the end of such a step, so that their time tells nothing; longer than a provider usually takes for a check',
  ),

  LIMIT_RESEND_COOLDOWN_SECONDS: integerOrOff(1920, 30).describe(
    'pause between two messages to a number, doubling up to 1920; 0 or off is none',
  ),
  LIMIT_SEND_PER_IP: limits('10/1h').describe(
    'requests for a code from one address (IPv6: one /64)',
  ),
  LIMIT_CHECK_PER_IP: limits('60/1h').describe(
    'checks from one address; apart from them its wrong tries at /auth, and every try there that costs a hash',
  ),
  LIMIT_SEND_PER_PHONE: limits('5/1h,10/24h').describe('messages to one number'),
  LIMIT_WRONG_PER_PHONE: limits('10/1h,20/24h').describe(
    'codes that are checked for one number without success, over all verifications',
  ),
  LIMIT_SEND_PER_PREFIX: limits('10/1h').describe(
    'messages to numbers that differ in their last four digits only',
  ),
  LIMIT_SEND_PER_COUNTRY: limits('50/24h').describe('messages to one country'),
  LIMIT_LOGIN_PER_ACCOUNT: limits('10/15m,50/24h').describe(
    'wrong passwords for one number, and apart from them wrong authenticator and backup codes of one account, and new sets of them',
  ),
  LIMIT_SEND_TOTAL: limits('1000/24h').describe('messages altogether'),

  PROOF_PRIVATE_KEY: text
    .optional()
    .describe('Ed25519 private key, PKCS #8 PEM; several: the first signs, all are published'),
  PROOF_ISSUER: text.default('proofline').describe('iss of the proof'),
  PROOF_AUDIENCE: text.default('proofline').describe('aud of the proof: your application'),
  PROOF_TTL_SECONDS: integer(30, 600, 300).describe('how long a proof is good'),

  ACCOUNTS: flag(false).describe(
    'serve sign-up, login with two factors and sessions under /auth; see docs/accounts.md',
  ),
  ACCOUNT_SECRET: text
    .optional()
    .describe(
      '32 or more characters; several separated by commas: the first encrypts TOTP secrets, all decrypt',
    ),
  ACCESS_TOKEN_TTL_SECONDS: integer(60, 900, 900).describe('how long an access token is good'),
  SESSION_TTL_SECONDS: integer(300, 2_592_000, 86_400).describe(
    'how long a session lasts at most after its login',
  ),
  SESSION_IDLE_SECONDS: integer(60, 2_592_000, 3600).describe(
    'how long a session lasts without being refreshed',
  ),
  TOTP_STEPS_BACK: integer(0, 1, 1).describe(
    'how many time steps of 30 s before the current one an authenticator code may be from',
  ),

  RETENTION_DAYS: integer(1, 365, 30).describe('how long verifications are kept'),

  SHUTDOWN_DELAY_MS: integer(0, 10_000, 500).describe(
    'how long readiness says no before the listener closes',
  ),
});

export type Env = z.infer<typeof ENV_SCHEMA>;

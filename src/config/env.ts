import { z } from 'zod';
import { bareHost, isHost } from '../database/database-url.js';
import { isKnownCountry } from '../domain/phone-number.js';
import { CHANNELS, isChannel } from '../domain/verification.js';
import { parseTestNumber } from '../domain/test-number.js';
import type { Variables } from './provider-record.js';
import { PROVIDER_NAMES, PROVIDERS } from './providers.js';
import { SMS_SENDERS } from './sms-senders.js';
import {
  baseUrl,
  flag,
  integer,
  integerOrOff,
  isOrigin,
  isProxyAddress,
  limits,
  list,
  nameList,
  optionalFlag,
  optionalInteger,
  optionalLimits,
  redisUrl,
} from './fields.js';

const text = z.string();
const SENDER_NAMES = SMS_SENDERS.map(({ name }) => name);

/** Schemas of the providers' own variables. Only their records know the types of the values. */
function accountVariables(): object {
  const variables: Variables[] = [...PROVIDERS, ...SMS_SENDERS].map((record) => record.variables);
  return Object.fromEntries(
    variables
      .flatMap((ofRecord) => Object.entries(ofRecord))
      .map(([name, { schema }]) => [name, schema]),
  );
}

/**
 * All environment variables with their descriptions. `.env.example` and the documentation are generated
 * from this schema. An empty value counts as not set; `NAME_FILE` reads the value of NAME from a file.
 */
export const ENV_SCHEMA = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('environment; production disables everything that is for development'),
  HOST: text
    .optional()
    .describe('address to listen on; 127.0.0.1 in development, 0.0.0.0 in production'),
  PORT: integer(0, 65_535, 3000).describe('port to listen on; 0 selects a free port'),
  LOG_LEVEL: z
    .enum(['error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('lowest level to log'),
  TRUST_PROXY: list(
    (item) => item === 'off' || isProxyAddress(item),
    'must be off, or IP addresses or subnets separated by commas; never "all"',
  )
    .optional()
    .describe('proxies whose X-Forwarded-For is trusted; off unless set'),
  CALLERS: z
    .enum(['keys', 'open'])
    .optional()
    .describe(
      'keys: every request needs the key of an application; open: requests without a key belong to the application default. open in development; production has to choose',
    ),
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
    .regex(/^[\x21-\x7e]{16,}$/, 'must have at least 16 printable characters without spaces')
    .optional()
    .describe('serve /metrics to callers that send it as a bearer token; off unless set'),

  DATABASE_URL: text
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional()
    .describe('Postgres; development starts an embedded one unless set'),
  DB_HOST: text
    .refine(
      (host) => isHost(bareHost(host)),
      'must be one host name, IP address or directory of a Unix socket, without a port',
    )
    .transform(bareHost)
    .optional()
    .describe(
      'instead of DATABASE_URL: host of Postgres, or the directory of its socket such as /cloudsql/project:region:instance',
    ),
  DB_PORT: integer(1, 65_535, 5432).describe('with DB_HOST: its port'),
  DB_NAME: text.optional().describe('with DB_HOST: database'),
  DB_USER: text.optional().describe('with DB_HOST: user'),
  DB_PASSWORD: text.optional().describe('with DB_HOST: password'),
  DB_SSLMODE: z
    .enum(['disable', 'require', 'verify-full', 'no-verify'])
    .optional()
    .describe('with DB_HOST: its sslmode; required in production unless the host is this machine'),
  DB_CONNECT_TIMEOUT_MS: optionalInteger(100, 60_000).describe(
    'time limit of one connection attempt to Postgres; 5000 at the start and for commands, 2000 in service unless set',
  ),
  DB_POOL_MAX: integer(2, 200, 10).describe(
    'maximum number of connections of one process, 2 at least',
  ),
  DB_PREPARE: flag(true).describe(
    'use prepared statements; false for a connection pooler that cannot keep prepared statements',
  ),

  REDIS_URL: redisUrl()
    .optional()
    .describe('Redis, for shared limits per address and for live codes; none unless set'),

  VERIFICATION_PROVIDERS: nameList(PROVIDER_NAMES)
    .default(['sinch-verification'])
    .describe(
      `providers in order of preference: ${PROVIDER_NAMES.join(', ')}; ROUTE_<COUNTRY>, such as ROUTE_SE, overrides it for one country`,
    ),
  SMS_SENDER: z
    .enum(SENDER_NAMES, `known: ${SENDER_NAMES.join(', ')}`)
    .default('sinch-sms')
    .describe('who delivers the messages of local-code'),
  ...accountVariables(),
  PUBLIC_URL: baseUrl()
    .optional()
    .describe(
      'public address of this service, including any path; for links of the pages, the API reference and callbacks of providers',
    ),
  CALLBACK_TOKEN: text
    .regex(/^[\w-]{32,128}$/, 'must have 32 to 128 letters, digits, hyphens and underscores')
    .optional()
    .describe(
      'secret part of the delivery report paths; delivery reports are accepted only if set',
    ),
  SINCH_OWN_CODES: flag(false).describe(
    'choose the codes of Sinch Verification, OTP_LENGTH digits, in its callback before a send',
  ),
  SINCH_SMS_WEBHOOK_SECRET: text
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe('secret with which Sinch signs delivery reports'),
  PROVIDER_TIMEOUT_MS: integer(100, 30_000, 5000).describe(
    'deadline of one call to a provider, from connecting to the last byte',
  ),
  PROVIDER_MAX_CONCURRENT: integer(1, 10_000, 50).describe(
    'concurrent calls to one provider; twice as many may wait',
  ),
  PROVIDER_BREAKER_FAILURES: integer(0, 1000, 5).describe(
    'consecutive failures after which calls to a provider stop for 30 s; 0 disables this',
  ),
  PROVIDER_ALLOW_LOOPBACK: flag(false).describe(
    'allow provider URLs on this machine in production, for benchmarks',
  ),

  OTP_SECRET: text
    .optional()
    .describe('32 or more characters; several separated by commas: the first signs, all verify'),
  OTP_CHANNELS: list(isChannel, `known: ${CHANNELS.join(', ')}`)
    .transform((names) => names.filter(isChannel))
    .optional()
    .describe('channels that callers may request; all channels of the providers unless set'),
  OTP_LENGTH: integer(6, 10, 6).describe(
    'digits of codes that this service generates, and of PINs that npm run infobip:setup configures',
  ),
  OTP_BRAND: text
    .regex(
      /^[^\s@#$\p{C}](?:[^@#$\p{C}]{0,18}[^\s@#$\p{C}])?$/u,
      'must be a name of up to 20 characters',
    )
    .default('Proofline')
    .describe('name of your service in messages that this service writes'),
  OTP_ORIGIN: text
    .regex(
      /^(?=.{4,40}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/,
      'must be a host name such as example.com',
    )
    .optional()
    .describe(
      'host in the last line of messages that this service writes; browsers autofill the code on its pages',
    ),
  OTP_ANDROID_APP_HASH: text
    .regex(/^[A-Za-z0-9+/]{11}$/, 'must have 11 characters')
    .optional()
    .describe(
      'hash of the Android app that may read the code from messages that this service writes',
    ),
  OTP_TTL_SECONDS: integer(60, 600, 300).describe('lifetime of a code'),
  OTP_MAX_ATTEMPTS: integer(1, 10, 5).describe('attempts per verification'),
  OTP_COUNTRIES: list(
    (code) => code === '*' || isKnownCountry(code),
    'must be * or ISO 3166-1 alpha-2 codes, separated by commas',
  )
    .optional()
    .describe('countries to serve; required in production, all in development'),
  OTP_ALLOW_VOIP: flag(false).describe('serve VoIP numbers'),
  OTP_ALLOW_PERSONAL: flag(false).describe(
    'serve personal numbers, such as +4470 and +1500, which forward at the cost of the sender',
  ),
  OTP_TEST_NUMBERS: list(
    (item) => parseTestNumber(item) !== undefined,
    'must be number=code or number=code@last-day, such as +15005550006=123456@2027-01-31, separated by commas',
  )
    .optional()
    .describe(
      'numbers with a fixed code that get no message, of any type or of none; each needs a last day in production',
    ),
  VERIFY_BY_PHONE: flag(true).describe(
    'whether /verify-otp accepts a phone number instead of the id',
  ),
  VERIFY_BY_PHONE_STEP_MS: integer(0, 5000, 500).describe(
    'refusals by phone number, of a code or a password, are padded to a multiple of this, which hides timing differences; set it above the usual duration of a provider check',
  ),

  LIMIT_RESEND_COOLDOWN_SECONDS: integerOrOff(1920, 30).describe(
    'wait between two messages to a phone number, which grows with each message; 0 or off disables it',
  ),
  LIMIT_SEND_PER_IP: limits('10/1h').describe(
    'requests for a code per client address (IPv6: per /64)',
  ),
  LIMIT_CHECK_PER_IP: limits('60/1h').describe(
    'checks per client address; counted separately: failed attempts at /auth, and all attempts there that cost a hash',
  ),
  LIMIT_SEND_PER_PHONE: limits('5/1h,10/24h').describe('messages per phone number'),
  LIMIT_WRONG_PER_PHONE: limits('10/1h,20/24h').describe(
    'failed checks per phone number, over all verifications',
  ),
  LIMIT_SEND_PER_PREFIX: limits('10/1h').describe(
    'messages per prefix (numbers that differ only in their last four digits) and application',
  ),
  LIMIT_SEND_PER_COUNTRY: limits('50/24h').describe('messages per country and application'),
  LIMIT_LOGIN_PER_ACCOUNT: limits('10/15m,50/24h').describe(
    'wrong passwords per phone number; counted separately: wrong authenticator and backup codes per account, and new sets of them',
  ),
  LIMIT_SEND_TOTAL: limits('1000/24h').describe(
    'messages per application; counted separately: to numbers verified before, and of logins',
  ),
  LIMIT_SEND_ALL_APPLICATIONS: optionalLimits().describe(
    'messages of all applications together, but those of secret keys; counted separately: to numbers verified before, and of logins. Four times LIMIT_SEND_TOTAL unless set',
  ),
  LIMIT_SEND_TO_VERIFIED: limits('200/24h').describe(
    'messages per country and application to numbers that the application has verified before, which do not count per prefix and per country; counted separately: messages of logins after the password',
  ),
  LIMIT_SEND_PER_APPLICATION: limits('1000/24h').describe(
    'messages of the secret keys of an application that sets no sendQuota; they count against no other shared limit',
  ),

  WEBHOOK_ALLOW_PRIVATE: optionalFlag().describe(
    'deliver webhooks also over http, and to loopback and private networks; on in development, off in production',
  ),

  PROOF_PRIVATE_KEY: text
    .optional()
    .describe('Ed25519 private key, PKCS #8 PEM; several: the first signs, all are published'),
  PROOF_ISSUER: text.default('proofline').describe('iss claim of proofs'),
  PROOF_AUDIENCE: text.default('proofline').describe('aud claim of proofs: your application'),
  PROOF_TTL_SECONDS: integer(30, 600, 300).describe('lifetime of a proof'),

  ACCOUNTS: flag(false).describe(
    'serve sign-up, login with two factors and sessions under /auth; see docs/accounts.md',
  ),
  ACCOUNT_SECRET: text
    .optional()
    .describe(
      '32 or more characters; several separated by commas: the first encrypts TOTP secrets, all decrypt',
    ),
  ACCESS_TOKEN_TTL_SECONDS: integer(60, 900, 900).describe('lifetime of an access token'),
  SESSION_TTL_SECONDS: integer(300, 2_592_000, 86_400).describe('maximum lifetime of a session'),
  SESSION_IDLE_SECONDS: integer(60, 2_592_000, 3600).describe(
    'lifetime of a session that is not refreshed',
  ),
  TOTP_STEPS_BACK: integer(0, 1, 1).describe(
    'number of earlier 30 s time steps whose authenticator codes are accepted',
  ),

  RETENTION_DAYS: integer(1, 365, 30).describe('days to keep verifications'),

  SHUTDOWN_DELAY_MS: integer(0, 10_000, 500).describe(
    'time between failing readiness and closing the listener',
  ),
});

export type Env = z.infer<typeof ENV_SCHEMA>;

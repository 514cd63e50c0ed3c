import { readFileSync } from 'node:fs';
import { faultMessage } from '../domain/fault-message.js';
import type { Limit } from '../domain/limit.js';
import { ENV_SCHEMA } from './env.js';
import { infobip2fa } from './providers.js';
import { sendAllApplications } from './rules.js';

/** Configuration of `npm run infobip:setup`. The other variables need not be valid. */
export interface InfobipSetUpConfig {
  url: string;
  apiKey: string;
  timeoutMs: number;
  applicationId: string | undefined;
  messageId: string | undefined;
  brand: string;
  pinLength: number;
  maxAttempts: number;
  ttlSeconds: number;
  sendPerPhone: readonly Limit[];
  sendAllApplications: readonly Limit[];
  wrongPerPhone: readonly Limit[];
}

const schema = ENV_SCHEMA.pick({
  PROVIDER_TIMEOUT_MS: true,
  OTP_BRAND: true,
  OTP_LENGTH: true,
  OTP_TTL_SECONDS: true,
  OTP_MAX_ATTEMPTS: true,
  LIMIT_SEND_PER_PHONE: true,
  LIMIT_SEND_TOTAL: true,
  LIMIT_SEND_ALL_APPLICATIONS: true,
  LIMIT_WRONG_PER_PHONE: true,
}).extend({
  INFOBIP_BASE_URL: infobip2fa.variables.INFOBIP_BASE_URL.schema,
  INFOBIP_API_KEY: infobip2fa.variables.INFOBIP_API_KEY.schema,
  INFOBIP_2FA_APP_ID: infobip2fa.variables.INFOBIP_2FA_APP_ID.schema,
  INFOBIP_2FA_MSG_ID: infobip2fa.variables.INFOBIP_2FA_MSG_ID.schema,
});

/**
 * Validates the variables of `npm run infobip:setup`.
 * @param environment without empty values
 * @throws Error that lists all invalid variables in one line
 */
export function readInfobipSetUpEnv(
  environment: Readonly<Record<string, string | undefined>>,
): InfobipSetUpConfig {
  const parsed = schema.safeParse(withKeyFile(environment), { error: faultMessage });
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new Error(faults.join('; '));
  }
  const env = parsed.data;
  if (env.INFOBIP_API_KEY === undefined) {
    throw new Error('INFOBIP_API_KEY must be set, to an API key with the scope 2fa:manage');
  }
  return {
    url: env.INFOBIP_BASE_URL,
    apiKey: env.INFOBIP_API_KEY,
    timeoutMs: env.PROVIDER_TIMEOUT_MS,
    applicationId: env.INFOBIP_2FA_APP_ID,
    messageId: env.INFOBIP_2FA_MSG_ID,
    brand: env.OTP_BRAND,
    pinLength: env.OTP_LENGTH,
    maxAttempts: env.OTP_MAX_ATTEMPTS,
    ttlSeconds: env.OTP_TTL_SECONDS,
    sendPerPhone: env.LIMIT_SEND_PER_PHONE,
    sendAllApplications: sendAllApplications(env),
    wrongPerPhone: env.LIMIT_WRONG_PER_PHONE,
  };
}

function withKeyFile(environment: Readonly<Record<string, string | undefined>>) {
  const { INFOBIP_API_KEY: key, INFOBIP_API_KEY_FILE: path } = environment;
  if (key !== undefined || path === undefined) return environment;
  try {
    return { ...environment, INFOBIP_API_KEY: readFileSync(path, 'utf8').trim() };
  } catch {
    throw new Error('INFOBIP_API_KEY_FILE cannot be read');
  }
}

import type {
  InfobipConfig,
  ProviderAccounts,
  ProviderName,
  SinchSmsConfig,
  SinchVerificationConfig,
} from './config.js';
import * as development from './development-defaults.js';
import { ENV_SCHEMA, type Env } from './env.js';
import { isLoopbackUrl } from './fields.js';

/**
 * The configured provider accounts. A loopback URL without credentials is a simulator and gets the
 * development credentials. Without an account, development starts a simulator.
 */
export function accountsOf(env: Env): ProviderAccounts {
  return {
    ...((env.SINCH_APPLICATION_KEY !== undefined || isSimulator(env.SINCH_VERIFICATION_URL)) && {
      sinchVerification: sinchVerification(env),
    }),
    ...((env.INFOBIP_API_KEY !== undefined || isSimulator(env.INFOBIP_BASE_URL)) && {
      infobip: infobip(env),
    }),
    ...((env.SINCH_SMS_API_TOKEN !== undefined ||
      env.SINCH_SMS_KEY_SECRET !== undefined ||
      isSimulator(env.SINCH_SMS_URL)) && { sinchSms: sinchSms(env) }),
  };
}

function isSimulator(url: string | undefined): boolean {
  return url !== undefined && isLoopbackUrl(url);
}

export const REQUIRED_VARIABLES: Readonly<
  Record<ProviderName, (env: Env) => readonly (keyof Env)[]>
> = {
  'sinch-verification': () => ['SINCH_APPLICATION_KEY', 'SINCH_APPLICATION_SECRET'],
  'infobip-2fa': () => ['INFOBIP_API_KEY', 'INFOBIP_2FA_APP_ID', 'INFOBIP_2FA_MSG_ID'],
  'local-code': (env) =>
    env.SINCH_SMS_PROJECT_ID === undefined
      ? ['SINCH_SMS_SERVICE_PLAN_ID', 'SINCH_SMS_API_TOKEN']
      : ['SINCH_SMS_KEY_ID', 'SINCH_SMS_KEY_SECRET'],
};

export const ACCOUNT_OF = {
  'sinch-verification': 'sinchVerification',
  'infobip-2fa': 'infobip',
  'local-code': 'sinchSms',
} as const satisfies Record<ProviderName, keyof ProviderAccounts>;

/** The accounts of the simulators. @param url address of the simulators */
export function simulatedAccounts(url: string): Required<ProviderAccounts> {
  const env = ENV_SCHEMA.parse({
    SINCH_VERIFICATION_URL: url,
    INFOBIP_BASE_URL: url,
    SINCH_SMS_URL: url,
  });
  return {
    sinchVerification: sinchVerification(env),
    infobip: infobip(env),
    sinchSms: sinchSms(env),
  };
}

function sinchVerification(env: Env): SinchVerificationConfig {
  return {
    url: env.SINCH_VERIFICATION_URL,
    applicationKey: env.SINCH_APPLICATION_KEY ?? development.DEVELOPMENT_SINCH_APPLICATION_KEY,
    applicationSecret:
      env.SINCH_APPLICATION_SECRET ?? development.DEVELOPMENT_SINCH_APPLICATION_SECRET,
    auth: env.SINCH_AUTH,
  };
}

function infobip(env: Env): InfobipConfig {
  return {
    url: env.INFOBIP_BASE_URL,
    apiKey: env.INFOBIP_API_KEY ?? development.DEVELOPMENT_INFOBIP_API_KEY,
    applicationId: env.INFOBIP_2FA_APP_ID ?? development.DEVELOPMENT_INFOBIP_2FA_APP_ID,
    messageId: env.INFOBIP_2FA_MSG_ID ?? development.DEVELOPMENT_INFOBIP_2FA_MSG_ID,
    numberLookup: env.INFOBIP_NUMBER_LOOKUP,
  };
}

function sinchSms(env: Env): SinchSmsConfig {
  const { SINCH_SMS_PROJECT_ID: projectId, SINCH_SMS_FROM: from } = env;
  if (projectId !== undefined) {
    return {
      url: env.SINCH_SMS_URL ?? 'https://zt.us.sms.api.sinch.com',
      from,
      credentials: {
        kind: 'project',
        projectId,
        keyId: env.SINCH_SMS_KEY_ID ?? '',
        keySecret: env.SINCH_SMS_KEY_SECRET ?? '',
        authUrl: env.SINCH_SMS_AUTH_URL,
      },
      callbackUrl: reportUrl(env),
    };
  }
  return {
    url: env.SINCH_SMS_URL ?? 'https://us.sms.api.sinch.com',
    from,
    credentials: {
      kind: 'service-plan',
      servicePlanId:
        env.SINCH_SMS_SERVICE_PLAN_ID ?? development.DEVELOPMENT_SINCH_SMS_SERVICE_PLAN_ID,
      apiToken: env.SINCH_SMS_API_TOKEN ?? development.DEVELOPMENT_SINCH_SMS_API_TOKEN,
    },
    callbackUrl: reportUrl(env),
  };
}

/**
 * Address for delivery reports of Sinch SMS; undefined unless this service has a public URL and accepts
 * them.
 */
function reportUrl({ PUBLIC_URL: base, CALLBACK_TOKEN: token }: Env): string | undefined {
  if (base === undefined || token === undefined) return undefined;
  return `${base}/callbacks/sinch/sms/${token}`;
}

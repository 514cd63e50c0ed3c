import { z } from 'zod';
import { CHANNELS, type Channel } from '../domain/verification.js';
import { flag } from './fields.js';
import { identifier, provider, secret, setting, url } from './provider-record.js';

/** One record per provider: docs/adding-a-provider.md. The services are loaded when they are made. */

export const sinchVerification = provider({
  name: 'sinch-verification',
  channels: CHANNELS,
  variables: {
    SINCH_APPLICATION_KEY: identifier('application key of a Sinch Verification app', {
      // The example of Sinch's manual.
      development: '669E367E-6BBA-48AB-AF15-266871C28135',
    }),
    SINCH_APPLICATION_SECRET: secret(
      'application secret of that app, as the Sinch dashboard displays it',
      { development: 'BeIukql3pTKJ8RGL5zo0DA==' },
    ),
    SINCH_VERIFICATION_URL: url('address of the Sinch Verification API', {
      default: 'https://verification.api.sinch.com',
    }),
    SINCH_AUTH: setting(
      z
        .enum(['application', 'basic'])
        .default('application')
        .describe('signed requests or Basic authentication'),
    ),
  },
  address: 'SINCH_VERIFICATION_URL',
  simulator: 'sinchVerification',
  faults: ({ SINCH_APPLICATION_KEY: key, SINCH_APPLICATION_SECRET: secretText, SINCH_AUTH }) => {
    const faults: string[] = [];
    if ((key === undefined) !== (secretText === undefined)) {
      faults.push('SINCH_APPLICATION_KEY and SINCH_APPLICATION_SECRET: set both or neither');
    }
    if (secretText !== undefined && SINCH_AUTH === 'application' && !isBase64(secretText)) {
      faults.push('SINCH_APPLICATION_SECRET: must be base64, as the Sinch dashboard shows it');
    }
    return faults;
  },
  account: (env) => ({
    url: env.SINCH_VERIFICATION_URL,
    applicationKey: env.SINCH_APPLICATION_KEY,
    applicationSecret: env.SINCH_APPLICATION_SECRET,
    auth: env.SINCH_AUTH,
  }),
  service: async (account, { http }) => {
    const { SinchVerificationService } =
      await import('../services/providers/sinch-verification/sinch-verification.service.js');
    return new SinchVerificationService(http(account.url), account);
  },
});

export const infobip2fa = provider({
  name: 'infobip-2fa',
  channels: ['sms', 'voice'],
  variables: {
    INFOBIP_BASE_URL: url(
      'address of your Infobip account, such as https://xxxxx.api.infobip.com',
      {
        default: 'https://api.infobip.com',
      },
    ),
    INFOBIP_API_KEY: secret(
      'API key with the scope 2fa:pin:send; 2fa:manage is needed for npm run infobip:setup and for the settings check at startup',
      { development: '0123456789abcdef0123456789abcdef-01234567-89ab-4cde-8f01-23456789abcd' },
    ),
    INFOBIP_2FA_APP_ID: identifier('2FA application; npm run infobip:setup creates one', {
      development: '0933F3BC087D2A617AC6DCB2EF5B8A61',
    }),
    INFOBIP_2FA_MSG_ID: identifier('message template of that application', {
      development: '9C815F8AF3328',
    }),
    INFOBIP_NUMBER_LOOKUP: setting(
      flag(false).describe(
        'let Infobip look up numbers before it sends; the account needs that product',
      ),
    ),
  },
  address: 'INFOBIP_BASE_URL',
  simulator: 'infobip2fa',
  account: (env) => ({
    url: env.INFOBIP_BASE_URL,
    apiKey: env.INFOBIP_API_KEY,
    applicationId: env.INFOBIP_2FA_APP_ID,
    messageId: env.INFOBIP_2FA_MSG_ID,
    numberLookup: env.INFOBIP_NUMBER_LOOKUP,
  }),
  service: async (account, { http }) => {
    const { Infobip2faService } =
      await import('../services/providers/infobip-2fa/infobip-2fa.service.js');
    return new Infobip2faService(http(account.url), account);
  },
});

/** The companies that make codes, in the order of the documents. */
export const PROVIDERS = [sinchVerification, infobip2fa] as const;

/** Our own codes. Its account is that of the SMS sender. */
export const LOCAL_CODE = { name: 'local-code', channels: ['sms'] } as const;

export type ProviderName = (typeof PROVIDERS)[number]['name'] | (typeof LOCAL_CODE)['name'];

/** The names that routes may contain. */
export const PROVIDER_NAMES: readonly ProviderName[] = [
  ...PROVIDERS.map(({ name }) => name),
  LOCAL_CODE.name,
];

export function channelsOf(name: ProviderName): readonly Channel[] {
  return PROVIDERS.find((record) => record.name === name)?.channels ?? LOCAL_CODE.channels;
}

function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && Buffer.from(text, 'base64').length > 0;
}

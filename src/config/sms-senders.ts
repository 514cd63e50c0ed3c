import { z } from 'zod';
import { identifier, optionalUrl, secret, setting, smsSender, url } from './provider-record.js';
import type { Given } from './provider-record.js';

/** One record per company that delivers messages of `local-code`: docs/adding-a-provider.md. */

const SINCH_SMS_VARIABLES = {
  SINCH_SMS_URL: optionalUrl(
    'address of the Sinch SMS API; https://us.sms.api.sinch.com, or https://zt.us.sms.api.sinch.com with a project',
  ),
  SINCH_SMS_SERVICE_PLAN_ID: identifier('service plan of the Sinch SMS API', {
    development: '00000000000000000000000000000001',
  }),
  SINCH_SMS_API_TOKEN: secret('API token of that service plan', {
    development: '00000000000000000000000000000002',
  }),
  // No development value: its presence decides between the two kinds of credentials.
  SINCH_SMS_PROJECT_ID: setting(
    z.string().optional().describe('project with OAuth 2, instead of a service plan'),
  ),
  SINCH_SMS_KEY_ID: identifier('access key of that project', {
    development: '00000000-0000-4000-8000-000000000004',
  }),
  SINCH_SMS_KEY_SECRET: secret('secret of that access key', {
    development: 'development-key-secret',
  }),
  SINCH_SMS_AUTH_URL: url('server that issues access tokens for a project', {
    default: 'https://auth.sinch.com',
  }),
  SINCH_SMS_FROM: setting(
    z
      .string()
      .regex(
        /^[A-Za-z0-9 +]{1,15}$/,
        'must be a number, a short code or a name of up to 11 characters',
      )
      .optional()
      .describe('sender of messages through the Sinch SMS API; the default of the plan unless set'),
  ),
};

export const sinchSms = smsSender({
  name: 'sinch-sms',
  variables: SINCH_SMS_VARIABLES,
  address: 'SINCH_SMS_URL',
  simulator: 'sinchSms',
  required: ({ SINCH_SMS_PROJECT_ID: projectId }) =>
    projectId === undefined
      ? ['SINCH_SMS_SERVICE_PLAN_ID', 'SINCH_SMS_API_TOKEN']
      : ['SINCH_SMS_KEY_ID', 'SINCH_SMS_KEY_SECRET'],
  faults: sinchSmsFaults,
  account: (env, { reportUrl }) => {
    const { SINCH_SMS_PROJECT_ID: projectId, SINCH_SMS_FROM: from } = env;
    const callbackUrl = reportUrl('sinch/sms');
    if (projectId === undefined) {
      const url = env.SINCH_SMS_URL ?? 'https://us.sms.api.sinch.com';
      const { SINCH_SMS_SERVICE_PLAN_ID: servicePlanId, SINCH_SMS_API_TOKEN: apiToken } = env;
      const credentials = { kind: 'service-plan' as const, servicePlanId, apiToken };
      return { url, from, credentials, callbackUrl };
    }
    const url = env.SINCH_SMS_URL ?? 'https://zt.us.sms.api.sinch.com';
    const { SINCH_SMS_KEY_ID: keyId, SINCH_SMS_KEY_SECRET: keySecret } = env;
    const { SINCH_SMS_AUTH_URL: authUrl } = env;
    const credentials = { kind: 'project' as const, projectId, keyId, keySecret, authUrl };
    return { url, from, credentials, callbackUrl };
  },
  service: async (account, tools) => {
    const { sinchSmsOf } = await import('../services/messages/sinch-sms/sinch-sms.service.js');
    return sinchSmsOf(account, tools);
  },
});

/** The senders that SMS_SENDER may name. The first is the default. */
export const SMS_SENDERS = [sinchSms] as const;

export type SenderName = (typeof SMS_SENDERS)[number]['name'];

function sinchSmsFaults(env: Given<typeof SINCH_SMS_VARIABLES>): string[] {
  const { SINCH_SMS_PROJECT_ID: project, SINCH_SMS_SERVICE_PLAN_ID: plan } = env;
  const faults: string[] = [];
  if (project !== undefined && plan !== undefined) {
    faults.push('SINCH_SMS_PROJECT_ID and SINCH_SMS_SERVICE_PLAN_ID: set one of them');
  }
  if ((plan === undefined) !== (env.SINCH_SMS_API_TOKEN === undefined)) {
    faults.push('SINCH_SMS_SERVICE_PLAN_ID and SINCH_SMS_API_TOKEN: set both or neither');
  }
  const projectVariables = [project, env.SINCH_SMS_KEY_ID, env.SINCH_SMS_KEY_SECRET];
  const setCount = projectVariables.filter((value) => value !== undefined).length;
  if (setCount !== 0 && setCount !== projectVariables.length) {
    faults.push('SINCH_SMS_PROJECT_ID, SINCH_SMS_KEY_ID and SINCH_SMS_KEY_SECRET: set all or none');
  }
  return faults;
}

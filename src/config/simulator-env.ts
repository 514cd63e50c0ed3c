import { z } from 'zod';
import { faultMessage } from '../domain/fault-message.js';
import { infobip2fa, sinchVerification } from './providers.js';
import { sinchSms } from './sms-senders.js';

/** The simulator's project, in addition to its service plan. */
export const SIMULATED_PROJECT_ID = '00000000-0000-4000-8000-000000000003';

const sinch = sinchVerification.variables;
const sms = sinchSms.variables;
const infobip = infobip2fa.variables;

const wholeNumber = (min: number, max: number) => z.coerce.number<string>().int().min(min).max(max);

export const simulatorEnvSchema = z.object({
  NODE_ENV: z
    .string()
    .optional()
    .describe('The simulator refuses to start when this is production.'),
  SIMULATOR_PORT: wholeNumber(0, 65_535)
    .default(3018)
    .describe('Port on 127.0.0.1 of the standalone simulator; 0 selects a free port.'),
  SINCH_APPLICATION_KEY: z
    .string()
    .default(sinch.SINCH_APPLICATION_KEY.development)
    .describe('Application key the simulator accepts.'),
  SINCH_APPLICATION_SECRET: z
    .string()
    .default(sinch.SINCH_APPLICATION_SECRET.development)
    .describe('Application secret the simulator accepts and signs callbacks with.'),
  SINCH_SMS_SERVICE_PLAN_ID: z
    .string()
    .default(sms.SINCH_SMS_SERVICE_PLAN_ID.development)
    .describe('Service plan of the simulated Sinch SMS API.'),
  SINCH_SMS_API_TOKEN: z
    .string()
    .default(sms.SINCH_SMS_API_TOKEN.development)
    .describe('API token of that plan.'),
  SINCH_SMS_PROJECT_ID: z
    .string()
    .default(SIMULATED_PROJECT_ID)
    .describe('Project of the simulated Sinch SMS API, in addition to the plan.'),
  SINCH_SMS_KEY_ID: z
    .string()
    .default(sms.SINCH_SMS_KEY_ID.development)
    .describe('Access key of that project.'),
  SINCH_SMS_KEY_SECRET: z
    .string()
    .default(sms.SINCH_SMS_KEY_SECRET.development)
    .describe('Secret of that access key.'),
  INFOBIP_API_KEY: z
    .string()
    .default(infobip.INFOBIP_API_KEY.development)
    .describe('API key the simulated Infobip accepts.'),
  INFOBIP_2FA_APP_ID: z
    .string()
    .default(infobip.INFOBIP_2FA_APP_ID.development)
    .describe('Id of the Infobip application that exists from the start.'),
  INFOBIP_2FA_MSG_ID: z
    .string()
    .default(infobip.INFOBIP_2FA_MSG_ID.development)
    .describe('Id of its message template.'),
  SIMULATOR_DELAY_MS: wholeNumber(0, 600_000)
    .optional()
    .describe('Delay of every response in milliseconds; default 0.'),
  SIMULATOR_WRONG_CODE_STYLE: z
    .enum(['error', 'fail'])
    .optional()
    .describe(
      'Response of Sinch to a wrong code: error is 400 with 40003 (default), fail is 200 with FAIL.',
    ),
  SIMULATOR_CODE_LENGTH: wholeNumber(1, 10)
    .optional()
    .describe('Length of a code; default 4, and 6 for an Infobip PIN.'),
  SIMULATOR_TRIES: wholeNumber(1, 1000)
    .optional()
    .describe('Wrong codes after which a verification fails; default 10.'),
  SIMULATOR_LIFETIME_SECONDS: wholeNumber(1, 86_400)
    .optional()
    .describe('Lifetime of a verification in seconds; default 300.'),
  SIMULATOR_CALLBACK_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('URL for verification events; none unless set.'),
  SIMULATOR_SMS_CALLBACK_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('URL for delivery reports of Sinch SMS, unless the message names one.'),
});

/** Options of `startSimulator`. */
export interface SimulatorConfig {
  nodeEnv: string | undefined;
  port: number;
  applicationKey: string;
  applicationSecret: string;
  callbackUrl: string | undefined;
  settings: {
    delayMs: number | undefined;
    wrongCodeStyle: 'error' | 'fail' | undefined;
    codeLength: number | undefined;
    tries: number | undefined;
    lifetimeSeconds: number | undefined;
  };
  sinchSms: {
    servicePlanId: string;
    apiToken: string;
    projectId: string;
    keyId: string;
    keySecret: string;
    settings: { delayMs: number | undefined; callbackUrl: string | undefined };
  };
  infobip2fa: {
    apiKey: string;
    applicationId: string;
    messageId: string;
    pinLength: number | undefined;
    configuration: { pinAttempts: number | undefined; pinTimeToLive: string | undefined };
    settings: { delayMs: number | undefined };
  };
}

/**
 * Reads the simulator's configuration.
 * @throws Error that lists all invalid variables, one per line
 */
export function readSimulatorEnv(env: NodeJS.ProcessEnv = process.env): SimulatorConfig {
  const variables = Object.entries(env).filter(([, value]) => value?.trim());
  const result = simulatorEnvSchema.safeParse(Object.fromEntries(variables), {
    error: faultMessage,
  });
  if (!result.success) {
    const faults = result.error.issues.map(
      (issue) => `  ${issue.path.map(String).join('.')}: ${issue.message}`,
    );
    throw new Error(['The configuration of the simulator is invalid:', ...faults].join('\n'));
  }
  const values = result.data;
  return {
    nodeEnv: values.NODE_ENV,
    port: values.SIMULATOR_PORT,
    applicationKey: values.SINCH_APPLICATION_KEY,
    applicationSecret: values.SINCH_APPLICATION_SECRET,
    callbackUrl: values.SIMULATOR_CALLBACK_URL,
    settings: {
      delayMs: values.SIMULATOR_DELAY_MS,
      wrongCodeStyle: values.SIMULATOR_WRONG_CODE_STYLE,
      codeLength: values.SIMULATOR_CODE_LENGTH,
      tries: values.SIMULATOR_TRIES,
      lifetimeSeconds: values.SIMULATOR_LIFETIME_SECONDS,
    },
    sinchSms: sinchSmsOptions(values),
    infobip2fa: infobipOptions(values),
  };
}

function sinchSmsOptions(values: z.infer<typeof simulatorEnvSchema>): SimulatorConfig['sinchSms'] {
  return {
    servicePlanId: values.SINCH_SMS_SERVICE_PLAN_ID,
    apiToken: values.SINCH_SMS_API_TOKEN,
    projectId: values.SINCH_SMS_PROJECT_ID,
    keyId: values.SINCH_SMS_KEY_ID,
    keySecret: values.SINCH_SMS_KEY_SECRET,
    settings: {
      delayMs: values.SIMULATOR_DELAY_MS,
      callbackUrl: values.SIMULATOR_SMS_CALLBACK_URL,
    },
  };
}

function infobipOptions(values: z.infer<typeof simulatorEnvSchema>): SimulatorConfig['infobip2fa'] {
  const { SIMULATOR_LIFETIME_SECONDS: lifetime } = values;
  return {
    apiKey: values.INFOBIP_API_KEY,
    applicationId: values.INFOBIP_2FA_APP_ID,
    messageId: values.INFOBIP_2FA_MSG_ID,
    pinLength: values.SIMULATOR_CODE_LENGTH,
    configuration: {
      pinAttempts: values.SIMULATOR_TRIES,
      pinTimeToLive: lifetime === undefined ? undefined : `${lifetime}s`,
    },
    settings: { delayMs: values.SIMULATOR_DELAY_MS },
  };
}

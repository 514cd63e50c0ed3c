import { infobip2fa, sinchVerification } from '../../../../src/config/providers.js';
import { SIMULATED_PROJECT_ID } from '../../../../src/config/simulator-env.js';
import { sinchSms } from '../../../../src/config/sms-senders.js';
import { readSimulatorEnv, simulatorEnvSchema } from '../../../../src/config/simulator-env.js';

const UNSET = {
  delayMs: undefined,
  wrongCodeStyle: undefined,
  codeLength: undefined,
  tries: undefined,
  lifetimeSeconds: undefined,
};
const DEFAULTS = {
  nodeEnv: undefined,
  port: 3018,
  applicationKey: sinchVerification.variables.SINCH_APPLICATION_KEY.development,
  applicationSecret: sinchVerification.variables.SINCH_APPLICATION_SECRET.development,
  callbackUrl: undefined,
  settings: UNSET,
  sinchSms: {
    servicePlanId: sinchSms.variables.SINCH_SMS_SERVICE_PLAN_ID.development,
    apiToken: sinchSms.variables.SINCH_SMS_API_TOKEN.development,
    projectId: SIMULATED_PROJECT_ID,
    keyId: sinchSms.variables.SINCH_SMS_KEY_ID.development,
    keySecret: sinchSms.variables.SINCH_SMS_KEY_SECRET.development,
    settings: { delayMs: undefined, callbackUrl: undefined },
  },
  infobip2fa: {
    apiKey: infobip2fa.variables.INFOBIP_API_KEY.development,
    applicationId: infobip2fa.variables.INFOBIP_2FA_APP_ID.development,
    messageId: infobip2fa.variables.INFOBIP_2FA_MSG_ID.development,
    pinLength: undefined,
    configuration: { pinAttempts: undefined, pinTimeToLive: undefined },
    settings: { delayMs: undefined },
  },
};

describe('the configuration of the simulator', () => {
  it('has the documented development values', () => {
    expect(readSimulatorEnv({})).toEqual(DEFAULTS);
    expect(DEFAULTS.applicationKey).toBe('669E367E-6BBA-48AB-AF15-266871C28135');
  });

  it('reads an empty or blank value as not set', () => {
    const empty = Object.keys(simulatorEnvSchema.shape).map((name) => [name, ' '] as const);
    expect(readSimulatorEnv(Object.fromEntries(empty))).toEqual(DEFAULTS);
  });

  it('reads every variable', () => {
    const config = readSimulatorEnv({
      NODE_ENV: 'development',
      SIMULATOR_PORT: '4000',
      SINCH_APPLICATION_KEY: 'key',
      SINCH_APPLICATION_SECRET: 'c2VjcmV0',
      SINCH_SMS_SERVICE_PLAN_ID: 'plan',
      SINCH_SMS_API_TOKEN: 'plan-token',
      SINCH_SMS_PROJECT_ID: 'project',
      SINCH_SMS_KEY_ID: 'key-id',
      SINCH_SMS_KEY_SECRET: 'key-secret',
      INFOBIP_API_KEY: 'infobip-key',
      INFOBIP_2FA_APP_ID: 'app',
      INFOBIP_2FA_MSG_ID: 'msg',
      SIMULATOR_DELAY_MS: '20',
      SIMULATOR_WRONG_CODE_STYLE: 'fail',
      SIMULATOR_CODE_LENGTH: '6',
      SIMULATOR_TRIES: '3',
      SIMULATOR_LIFETIME_SECONDS: '120',
      SIMULATOR_CALLBACK_URL: 'http://127.0.0.1:3000/callbacks/sinch/verification',
      SIMULATOR_SMS_CALLBACK_URL: 'http://127.0.0.1:3000/callbacks/sinch/sms/x',
    });
    expect(config).toEqual({
      nodeEnv: 'development',
      port: 4000,
      applicationKey: 'key',
      applicationSecret: 'c2VjcmV0',
      callbackUrl: 'http://127.0.0.1:3000/callbacks/sinch/verification',
      settings: {
        delayMs: 20,
        wrongCodeStyle: 'fail',
        codeLength: 6,
        tries: 3,
        lifetimeSeconds: 120,
      },
      sinchSms: {
        servicePlanId: 'plan',
        apiToken: 'plan-token',
        projectId: 'project',
        keyId: 'key-id',
        keySecret: 'key-secret',
        settings: { delayMs: 20, callbackUrl: 'http://127.0.0.1:3000/callbacks/sinch/sms/x' },
      },
      infobip2fa: {
        apiKey: 'infobip-key',
        applicationId: 'app',
        messageId: 'msg',
        pinLength: 6,
        configuration: { pinAttempts: 3, pinTimeToLive: '120s' },
        settings: { delayMs: 20 },
      },
    });
  });

  it('describes every variable', () => {
    const undescribed = Object.entries(simulatorEnvSchema.shape).filter(
      ([, schema]) => !schema.description,
    );
    expect(undescribed).toEqual([]);
  });

  it.each([
    ['SIMULATOR_PORT', '65536'],
    ['SIMULATOR_PORT', '3018.5'],
    ['SIMULATOR_DELAY_MS', '-1'],
    ['SIMULATOR_WRONG_CODE_STYLE', 'sometimes'],
    ['SIMULATOR_CODE_LENGTH', '11'],
    ['SIMULATOR_TRIES', 'many'],
    ['SIMULATOR_LIFETIME_SECONDS', '0'],
    ['SIMULATOR_CALLBACK_URL', 'ftp://127.0.0.1/'],
    ['SIMULATOR_SMS_CALLBACK_URL', 'file:///etc/hosts'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(() => readSimulatorEnv({ [name]: value })).toThrow(name);
  });

  it('reports all errors at once', () => {
    const read = () => readSimulatorEnv({ SIMULATOR_PORT: 'x', SIMULATOR_TRIES: '0' });
    expect(read).toThrow(/SIMULATOR_PORT.*\n.*SIMULATOR_TRIES/);
  });
});

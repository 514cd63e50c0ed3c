import { ConfigError, loadConfig } from '../../../src/config/load.js';

const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://u:p@db.internal/proofline',
  OTP_SECRET: 'abcdefghijklmnopqrstuvwxyz012345',
};

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

describe('routes', () => {
  test('have a default list and lists for single countries', () => {
    const { routes } = loadConfig({
      VERIFICATION_PROVIDERS: 'sinch-verification, local-code',
      ROUTE_SE: 'infobip-2fa',
      ROUTE_BR: 'local-code,infobip-2fa',
      ROUTE_DE: '',
    });
    expect(routes.everywhere).toEqual(['sinch-verification', 'local-code']);
    expect([...routes.byCountry]).toEqual([
      ['SE', ['infobip-2fa']],
      ['BR', ['local-code', 'infobip-2fa']],
    ]);
  });

  test('may support only some of the channels', () => {
    expect(faultsOf({ ROUTE_SE: 'local-code', OTP_CHANNELS: 'sms,voice' })).toEqual([]);
  });

  test('may name any country when OTP_COUNTRIES is *', () => {
    expect(faultsOf({ ROUTE_SE: 'local-code', OTP_COUNTRIES: '*' })).toEqual([]);
  });

  test.each([
    ['an unknown provider', { VERIFICATION_PROVIDERS: 'pigeon' }, 'VERIFICATION_PROVIDERS: known:'],
    [
      'a provider twice',
      { VERIFICATION_PROVIDERS: 'local-code,local-code' },
      'VERIFICATION_PROVIDERS: names a provider twice',
    ],
    [
      'an unknown SMS sender',
      { VERIFICATION_PROVIDERS: 'local-code', SMS_SENDER: 'pigeon' },
      'SMS_SENDER: known: sinch-sms',
    ],
    ['an unknown provider for a country', { ROUTE_SE: 'pigeon' }, 'ROUTE_SE: known:'],
    ['a country that does not exist', { ROUTE_XX: 'local-code' }, 'ROUTE_XX: must end with'],
    ['a country in small letters', { ROUTE_se: 'local-code' }, 'ROUTE_se: must end with'],
    [
      'a channel without a provider',
      { VERIFICATION_PROVIDERS: 'local-code', OTP_CHANNELS: 'sms,voice' },
      'OTP_CHANNELS: no provider in use supports "voice"',
    ],
    [
      'no provider for any of the channels',
      { ROUTE_SE: 'local-code', OTP_CHANNELS: 'voice' },
      'ROUTE_SE: none of its providers supports any of OTP_CHANNELS',
    ],
    [
      'an unsupported country',
      { ROUTE_SE: 'local-code', OTP_COUNTRIES: 'US' },
      'ROUTE_SE: OTP_COUNTRIES does not include',
    ],
  ])('are refused with %s', (_what, environment, fault) => {
    expect(faultsOf(environment)).toEqual([expect.stringContaining(fault)]);
  });
});

describe('the accounts of the providers', () => {
  const missing = (environment: Record<string, string>) =>
    faultsOf({ ...PRODUCTION, ...environment })
      .filter((fault) => fault.includes('must be set in production'))
      .map((fault) => fault.split(':')[0])
      .filter((name) => /^(SINCH|INFOBIP)/.test(name ?? ''));

  test.each([
    ['sinch-verification', ['SINCH_APPLICATION_KEY', 'SINCH_APPLICATION_SECRET']],
    ['infobip-2fa', ['INFOBIP_API_KEY', 'INFOBIP_2FA_APP_ID', 'INFOBIP_2FA_MSG_ID']],
    ['local-code', ['SINCH_SMS_SERVICE_PLAN_ID', 'SINCH_SMS_API_TOKEN']],
  ])('must be complete in production only for providers in use: %s', (name, variables) => {
    expect(missing({ VERIFICATION_PROVIDERS: name })).toEqual(variables);
  });

  test('are required for a provider that only one country uses', () => {
    const variables = missing({ VERIFICATION_PROVIDERS: 'local-code', ROUTE_SE: 'infobip-2fa' });
    expect(variables).toContain('INFOBIP_API_KEY');
  });

  test('of Sinch SMS have a plan or a project', () => {
    const project = { SINCH_SMS_PROJECT_ID: 'p', SINCH_SMS_KEY_ID: 'k', SINCH_SMS_KEY_SECRET: 's' };
    const { 'sinch-sms': sinchSms } = loadConfig(project).accounts;
    expect(sinchSms).toMatchObject({
      url: 'https://zt.us.sms.api.sinch.com',
      credentials: { kind: 'project', projectId: 'p', authUrl: 'https://auth.sinch.com' },
    });
    expect(missing({ VERIFICATION_PROVIDERS: 'local-code', ...project })).toEqual([]);
    const plan = { SINCH_SMS_SERVICE_PLAN_ID: 'x', SINCH_SMS_API_TOKEN: 't' };
    expect(faultsOf({ ...project, ...plan })).toEqual([
      'SINCH_SMS_PROJECT_ID and SINCH_SMS_SERVICE_PLAN_ID: set one of them',
    ]);
    expect(faultsOf({ SINCH_SMS_PROJECT_ID: 'p' })[0]).toContain('set all or none');
    expect(faultsOf({ SINCH_SMS_API_TOKEN: 't' })[0]).toContain('set both or neither');
  });

  test('are undefined by default, and have the development credentials with only a URL', () => {
    expect(loadConfig({}).accounts).toEqual({});
    const { accounts } = loadConfig({ INFOBIP_BASE_URL: 'http://127.0.0.1:3018/' });
    expect(accounts['infobip-2fa']).toMatchObject({
      url: 'http://127.0.0.1:3018',
      numberLookup: false,
    });
  });
});

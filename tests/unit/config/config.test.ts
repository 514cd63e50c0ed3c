import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig } from '../../../src/config/load.js';

const ed25519 = generateKeyPairSync('ed25519').privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string;

const PRODUCTION = {
  NODE_ENV: 'production',
  CALLERS: 'open',
  DATABASE_URL:
    'postgres://proofline:secret-password@db.internal:5432/proofline?sslmode=verify-full',
  SINCH_APPLICATION_KEY: '669e367e-6bba-48ab-af15-266871c28135',
  SINCH_APPLICATION_SECRET: Buffer.from('an application secret').toString('base64'),
  OTP_SECRET: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  OTP_COUNTRIES: 'SE,US',
  PROOF_PRIVATE_KEY: ed25519,
};

function faultsOf(environment: Record<string, string | undefined>): string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return [...error.faults];
    throw error;
  }
}

describe('in development', () => {
  test('no variable is required', () => {
    expect(loadConfig({})).toMatchObject({
      environment: 'development',
      host: '127.0.0.1',
      port: 3000,
      demo: true,
      docs: true,
      database: { url: undefined },
      accounts: {},
      trustProxy: [],
      corsOrigins: [],
      otp: {
        ttlSeconds: 300,
        maxAttempts: 5,
        countries: '*',
        verifyByPhone: true,
        allowVoip: false,
      },
      limits: {
        resendCooldownSeconds: 30,
        sendPerIp: [{ count: 10, windowSeconds: 3600 }],
        checkPerIp: [{ count: 60, windowSeconds: 3600 }],
        sendPerPhone: [
          { count: 5, windowSeconds: 3600 },
          { count: 10, windowSeconds: 86_400 },
        ],
      },
      providerTimeoutMs: 5000,
    });
  });

  test('an empty value counts as not set', () => {
    expect(loadConfig({ PORT: '', OTP_COUNTRIES: ' ', SINCH_APPLICATION_KEY: '' })).toMatchObject({
      port: 3000,
      otp: { countries: '*' },
    });
  });

  test.each(['0', 'off'])('a cool-down of %s is none and a limit can be off', (none) => {
    const config = loadConfig({ LIMIT_RESEND_COOLDOWN_SECONDS: none, LIMIT_SEND_PER_IP: 'off' });
    expect(config.limits).toMatchObject({ resendCooldownSeconds: 0, sendPerIp: [] });
  });

  test('a loopback URL without credentials gets the development credentials', () => {
    const { accounts } = loadConfig({ SINCH_VERIFICATION_URL: 'http://127.0.0.1:3018/' });
    expect(accounts['sinch-verification']).toMatchObject({
      url: 'http://127.0.0.1:3018',
      applicationKey: '669E367E-6BBA-48AB-AF15-266871C28135',
      auth: 'application',
    });
    const SINCH_VERIFICATION_URL = 'http://127.0.0.1:3018/';
    const own = {
      SINCH_VERIFICATION_URL,
      SINCH_APPLICATION_KEY: 'own',
      SINCH_APPLICATION_SECRET: 'b3du',
    };
    expect(loadConfig(own).accounts['sinch-verification']).toMatchObject({ applicationKey: 'own' });
  });

  test('the parts of a database URL are escaped', () => {
    const { database } = loadConfig({
      DB_HOST: 'db.internal',
      DB_NAME: 'proof?x#1',
      DB_USER: 'p@l',
      DB_PASSWORD: 'a/b:c',
    });
    expect(database.url).toBe('postgres://p%40l:a%2Fb%3Ac@db.internal:5432/proof%3Fx%231');
  });

  test.each([
    ['off', []],
    ['10.0.0.1, 192.0.2.0/24', ['10.0.0.1', '192.0.2.0/24']],
  ])('TRUST_PROXY=%s trusts %j', (value, trusted) => {
    expect(loadConfig({ TRUST_PROXY: value }).trustProxy).toEqual(trusted);
  });

  test('statements are prepared unless DB_PREPARE is false', () => {
    expect(loadConfig({}).database.prepare).toBe(true);
    expect(loadConfig({ DB_PREPARE: 'false' }).database.prepare).toBe(false);
  });

  test('a secret can come from a file', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'proofline-')), 'secret');
    writeFileSync(path, `${PRODUCTION.OTP_SECRET}\n`);
    expect(loadConfig({ OTP_SECRET_FILE: path }).otp.secrets).toEqual([PRODUCTION.OTP_SECRET]);
    expect(faultsOf({ OTP_SECRET_FILE: '/nowhere/at/all' })).toEqual([
      'OTP_SECRET_FILE: cannot be read',
    ]);
  });
});

describe('in production', () => {
  test('accepts a complete configuration', () => {
    expect(loadConfig(PRODUCTION)).toMatchObject({
      host: '0.0.0.0',
      demo: false,
      docs: false,
      accounts: { 'sinch-verification': { url: 'https://verification.api.sinch.com' } },
    });
  });

  test.each(Object.keys(PRODUCTION).filter((name) => name !== 'NODE_ENV'))('needs %s', (name) => {
    const faults = faultsOf({ ...PRODUCTION, [name]: undefined });
    expect(faults.join('\n')).toContain(name);
  });

  test('reports all errors at once', () => {
    const faults = faultsOf({ NODE_ENV: 'production' }).join('\n');
    for (const name of Object.keys(PRODUCTION).filter((each) => each !== 'NODE_ENV')) {
      expect(faults).toContain(name);
    }
  });

  test('requires PROVIDER_ALLOW_LOOPBACK for a provider on this machine', () => {
    const local = { ...PRODUCTION, SINCH_VERIFICATION_URL: 'http://127.0.0.1:9000' };
    expect(faultsOf(local).join()).toContain('SINCH_VERIFICATION_URL');
    expect(faultsOf({ ...local, PROVIDER_ALLOW_LOOPBACK: 'true' })).toEqual([]);
  });
});

describe('test numbers in production', () => {
  const dated = '+15005550006=123456@2027-01-31';
  test.each([
    ['none of them has', '+15005550006=123456'],
    ['only the first has', `${dated},+15005550007=123456`],
    ['only the last has', `+15005550007=123456,${dated}`],
  ])('need a last day each, when %s', (_which, numbers) => {
    expect(faultsOf({ ...PRODUCTION, OTP_TEST_NUMBERS: numbers })).toEqual([
      'OTP_TEST_NUMBERS: each number needs a last day in production',
    ]);
  });

  test('are accepted when each has one', () => {
    const { otp } = loadConfig({ ...PRODUCTION, OTP_TEST_NUMBERS: dated });
    expect(otp.testNumbers).toEqual([
      {
        phoneNumber: '+15005550006',
        country: 'US',
        code: '123456',
        until: new Date('2027-02-01T00:00:00Z'),
      },
    ]);
  });
});

describe('refuses to start, naming the variable and never the value', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string;
  test.each([
    ['NODE_ENV', 'staging'],
    ['PORT', '70000'],
    ['PORT', '80a'],
    ['PORT', '-1'],
    ['LOG_LEVEL', 'loud'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '1'],
    ['TRUST_PROXY', 'all'],
    ['TRUST_PROXY', '0.0.0.0/0'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '10.0.0.0/8/8'],
    ['TRUST_PROXY', 'loopback'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://shop.example/'],
    ['CORS_ORIGINS', 'shop.example'],
    ['DATABASE_URL', 'mysql://root@localhost/x'],
    ['DATABASE_URL', 'postgres://user:pass@host:port/db'],
    ['DB_POOL_MAX', '1'],
    ['DB_PREPARE', '0'],
    ['VERIFICATION_PROVIDERS', 'carrier-pigeon'],
    ['SINCH_VERIFICATION_URL', 'http://sinch.example'],
    ['SINCH_VERIFICATION_URL', 'https://user:pass@sinch.example'],
    ['SINCH_VERIFICATION_URL', 'https://sinch.example/?x=1'],
    ['SINCH_VERIFICATION_URL', 'ftp://sinch.example'],
    ['SINCH_VERIFICATION_URL', 'sinch'],
    ['SINCH_AUTH', 'public'],
    ['SINCH_APPLICATION_KEY', 'only-a-key'],
    ['SINCH_APPLICATION_SECRET', 'b25seSBhIHNlY3JldA=='],
    ['PROVIDER_TIMEOUT_MS', '0'],
    ['PROVIDER_TIMEOUT_MS', '5s'],
    ['OTP_SECRET', PRODUCTION.OTP_SECRET.slice(0, 31)],
    ['OTP_SECRET', 'a'.repeat(64)],
    ['OTP_SECRET', 'abcdefg'.repeat(8)],
    ['OTP_SECRET', `${PRODUCTION.OTP_SECRET},${PRODUCTION.OTP_SECRET.slice(0, 31)}`],
    ['ACCOUNT_SECRET', `${PRODUCTION.OTP_SECRET},${PRODUCTION.OTP_SECRET.slice(0, 31)}`],
    ['OTP_SECRET', `${PRODUCTION.OTP_SECRET},${'a'.repeat(32)}`],
    ['ACCOUNT_SECRET', `${PRODUCTION.OTP_SECRET},${'a'.repeat(32)}`],
    ['OTP_TTL_SECONDS', '601'],
    ['OTP_TTL_SECONDS', '59'],
    ['OTP_TTL_SECONDS', '5m'],
    ['OTP_MAX_ATTEMPTS', '0'],
    ['OTP_MAX_ATTEMPTS', '11'],
    ['OTP_COUNTRIES', 'XX'],
    ['OTP_COUNTRIES', 'se'],
    ['OTP_ALLOW_VOIP', 'yes'],
    ['VERIFY_BY_PHONE', '0'],
    ['LIMIT_SEND_PER_IP', '10'],
    ['LIMIT_SEND_PER_PHONE', '5/1h;10/24h'],
    ['LIMIT_CHECK_PER_IP', '0/1h'],
    ['LIMIT_RESEND_COOLDOWN_SECONDS', '-1'],
    ['LIMIT_RESEND_COOLDOWN_SECONDS', '1921'],
    ['LIMIT_RESEND_COOLDOWN_SECONDS', 'none'],
    ['PROOF_PRIVATE_KEY', 'not a key at all'],
    ['PROOF_PRIVATE_KEY', rsa],
    ['PROOF_PRIVATE_KEY', `${ed25519}${ed25519}`],
    ['PROOF_TTL_SECONDS', '601'],
    ['SHUTDOWN_DELAY_MS', 'soon'],
    ['SHUTDOWN_DELAY_MS', '10001'],
    ['DOCS', '1'],
  ])('%s=%s', (name, value) => {
    const faults = faultsOf({ [name]: value });
    expect(faults).toEqual([expect.stringContaining(name)]);
    // Short values such as "1" may appear in the message by chance.
    if (value.length > 6) expect(faults.join('\n')).not.toContain(value);
  });
});

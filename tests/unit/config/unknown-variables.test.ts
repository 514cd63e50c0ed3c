import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig, readEnvironment } from '../../../src/config/load.js';

const PRODUCTION = {
  NODE_ENV: 'production',
  CALLERS: 'open',
  DATABASE_URL: 'postgres://proofline:secret@127.0.0.1:5432/proofline',
  SINCH_APPLICATION_KEY: '669e367e-6bba-48ab-af15-266871c28135',
  SINCH_APPLICATION_SECRET: Buffer.from('an application secret').toString('base64'),
  OTP_SECRET: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  OTP_COUNTRIES: 'SE,US',
};

/** Errors about names, without those about missing variables. */
function refusedIn(environment: Record<string, string>): string[] {
  try {
    loadConfig({ ...PRODUCTION, ...environment });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults.filter((fault) => !fault.startsWith('PROOF_PRIVATE_KEY: must be set'));
  }
}

const saying = (name: string, nearest: string) =>
  `${name}: is not a variable of this service; did you mean ${nearest}?`;

describe('a misspelt variable', () => {
  test.each([
    ['LIMIT_SEND_PER_PHON', 'LIMIT_SEND_PER_PHONE'],
    ['OTP_TTL_SECOND', 'OTP_TTL_SECONDS'],
    ['LIMIT_SEND_TOTALE', 'LIMIT_SEND_TOTAL'],
    ['LIMIT_PER_PHONE', 'LIMIT_SEND_PER_PHONE'],
    ['OTP_TTL_SECNODS', 'OTP_TTL_SECONDS'],
    ['OTP_SECRET_FIEL', 'OTP_SECRET_FILE'],
    ['otp_ttl_seconds', 'OTP_TTL_SECONDS'],
    ['SINCH_SMS_SERVICE_PLAN', 'SINCH_SMS_SERVICE_PLAN_ID'],
    ['DB_USERNAME', 'DB_USER'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['SIMULATOR_DELAY', 'SIMULATOR_DELAY_MS'],
    // Without a prefix of ours, or with one that others use too.
    ['TRUSTPROXY', 'TRUST_PROXY'],
    ['OPT_SECRET', 'OTP_SECRET'],
    // Two mistakes: neighbours that change places are one of them.
    ['TRSUT_PROXI', 'TRUST_PROXY'],
    ['REDIS_URI', 'REDIS_URL'],
    ['SESSION_TTL_SECOND', 'SESSION_TTL_SECONDS'],
    ['DATABASE_URI', 'DATABASE_URL'],
  ])('%s is refused in production and named elsewhere, with %s', (name, nearest) => {
    expect(refusedIn({ [name]: '1' })).toEqual([saying(name, nearest)]);
    expect(loadConfig({ [name]: '1' }).warnings).toEqual([saying(name, nearest)]);
  });

  test('is refused together with every other fault', () => {
    expect(refusedIn({ OTP_TTL_SECOND: '60', LIMIT_SEND_TOTALE: '5/1h', PORT: 'http' })).toEqual([
      saying('OTP_TTL_SECOND', 'OTP_TTL_SECONDS'),
      saying('LIMIT_SEND_TOTALE', 'LIMIT_SEND_TOTAL'),
      expect.stringMatching(/^PORT: /),
    ]);
  });

  test('is only named when it may be meant for another program', () => {
    const environment = { REDIS_TLS_URL: 'rediss://h', ACCOUNT_ID: '1', DATABASE_POOL: '5' };
    expect(refusedIn(environment)).toEqual([]);
    expect(loadConfig(environment).warnings).toEqual([
      saying('REDIS_TLS_URL', 'REDIS_URL'),
      saying('ACCOUNT_ID', 'ACCOUNTS'),
      saying('DATABASE_POOL', 'DATABASE_URL'),
    ]);
  });

  test('in .env is named', () => {
    const before = process.cwd();
    const directory = mkdtempSync(join(tmpdir(), 'dotenv-'));
    writeFileSync(join(directory, '.env'), 'OTP_TTL_SECOND=60\n');
    try {
      process.chdir(directory);
      const { warnings } = loadConfig(readEnvironment());
      expect(warnings).toEqual([saying('OTP_TTL_SECOND', 'OTP_TTL_SECONDS')]);
    } finally {
      process.chdir(before);
      rmSync(directory, { recursive: true });
    }
  });
});

describe('passed over', () => {
  test('what Kubernetes and Docker inject for other services', () => {
    const links = {
      OTP_SERVICE_HOST: '10.0.0.1',
      OTP_SERVICE_PORT: '3000',
      OTP_SERVICE_PORT_HTTP: '3000',
      OTP_PORT: 'tcp://10.0.0.1:3000',
      OTP_PORT_3000_TCP: 'tcp://10.0.0.1:3000',
      OTP_PORT_3000_TCP_ADDR: '10.0.0.1',
      OTP_PORT_3000_TCP_PORT: '3000',
      OTP_PORT_3000_TCP_PROTO: 'tcp',
      ROUTE_SERVICE_HOST: '10.0.0.2',
      ROUTE_PORT: 'udp://10.0.0.2:53',
      // A service called "db": the name of a setting.
      DB_PORT: 'tcp://10.0.0.3:5432',
    };
    expect(refusedIn(links)).toEqual([]);
    expect(loadConfig(links).warnings).toEqual([]);
  });

  test('variables of Node, of desktops and of npm, known files and routes', () => {
    const others = {
      NODE_OPTIONS: '--max-old-space-size=512',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      SESSION_MANAGER: 'local/x',
      npm_config_loglevel: 'warn',
      npm_lifecycle_event: 'start',
      PATH: '/bin',
      HOSTNAME: 'a',
      LOGNAME: 'a',
      PGPASSWORD: 'a',
      SIMULATOR_PORT: '1',
      ROUTE_SE: 'sinch-verification',
      OTP_COUNTRIES: 'SE',
    };
    expect(refusedIn(others)).toEqual([]);
    expect(loadConfig(others).warnings).toEqual([]);
  });
});

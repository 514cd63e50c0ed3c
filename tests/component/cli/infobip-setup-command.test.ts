import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readInfobipSetUpEnv } from '../../../src/config/infobip-set-up-env.js';
import {
  ACCOUNT,
  startTestInfobip,
  type TestInfobip,
} from '../development/simulator/infobip-harness.js';

const ROOT = join(import.meta.dirname, '../../..');
/** Each run is a process, which is slow on a busy machine. */
const TIMEOUT_MS = 120_000;

describe('npm run infobip:setup', () => {
  let infobip: TestInfobip;
  let directory: string;
  beforeAll(async () => {
    infobip = await startTestInfobip({ settings: { throttling: false } });
    directory = mkdtempSync(join(tmpdir(), 'proofline-infobip-'));
  });
  afterAll(async () => {
    await infobip.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Runs the command in a directory whose only .env is the one that a test writes. */
  const run = async (environment: Record<string, string>, ...args: string[]) => {
    const script = join(ROOT, 'dist/cli/infobip-setup.js');
    const child = spawn(process.execPath, [script, ...args], {
      cwd: directory,
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, out, err };
  };
  const account = () => ({ INFOBIP_BASE_URL: infobip.url, INFOBIP_API_KEY: ACCOUNT.apiKey });

  it(
    'prints lines for .env, updates the same application on the next run, and applies the settings',
    async () => {
      const environment = { ...account(), OTP_MAX_ATTEMPTS: '3', OTP_BRAND: 'Acme' };
      const first = await run(environment);
      expect(first).toEqual({
        code: 0,
        out: expect.stringMatching(
          /^INFOBIP_2FA_APP_ID=[0-9A-F]{32}\nINFOBIP_2FA_MSG_ID=[0-9A-F]{32}\n$/,
        ),
        err: 'The application was created, its template created.\n',
      });
      const [, id = ''] = /APP_ID=(.*)/.exec(first.out) ?? [];
      expect((await infobip.call('GET', `/applications/${id}`)).body).toMatchObject({
        name: 'Proofline for Acme',
        configuration: { pinAttempts: 3, allowMultiplePinVerifications: false },
      });

      writeFileSync(join(directory, '.env'), `${first.out}OTP_MAX_ATTEMPTS=4\n`);
      const second = await run({ ...account(), OTP_BRAND: 'Renamed' });
      rmSync(join(directory, '.env'));
      expect(second).toEqual({
        code: 0,
        out: first.out,
        err: 'The application was updated, its template updated.\n',
      });
      expect((await infobip.call('GET', `/applications/${id}`)).body).toMatchObject({
        name: 'Proofline for Acme',
        configuration: { pinAttempts: 4 },
      });
    },
    TIMEOUT_MS,
  );

  it(
    'reads the key from a file',
    async () => {
      const path = join(directory, 'key');
      writeFileSync(path, `${ACCOUNT.apiKey}\n`);
      const environment = { INFOBIP_BASE_URL: infobip.url, INFOBIP_API_KEY_FILE: path };
      expect((await run(environment)).code).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    'prints its usage and has no options',
    async () => {
      const help = await run({}, '--help');
      expect(help).toMatchObject({ code: 0, err: '' });
      expect(help.out).toContain('INFOBIP_API_KEY');
      const wrong = await run(account(), '--force');
      expect(wrong).toMatchObject({ code: 2, out: '' });
      expect(wrong.err).toMatch(/^Unknown argument "--force"\.\nUsage: npm run infobip:setup/);
    },
    TIMEOUT_MS,
  );

  it.each([
    [
      'no key',
      () => ({ INFOBIP_BASE_URL: infobip.url }),
      'INFOBIP_API_KEY must be set, to an API key with the scope 2fa:manage.\n',
    ],
    [
      'another key',
      () => ({ ...account(), INFOBIP_API_KEY: 'another' }),
      'Infobip does not accept INFOBIP_API_KEY (401 UNAUTHORIZED).\n',
    ],
    [
      'an unreachable server',
      () => ({ ...account(), INFOBIP_BASE_URL: 'http://127.0.0.1:9' }),
      'INFOBIP_BASE_URL cannot be reached.\n',
    ],
    [
      'an unknown application',
      () => ({ ...account(), INFOBIP_2FA_APP_ID: 'NOPE' }),
      'INFOBIP_2FA_APP_ID: the application does not exist in this account (404).\n',
    ],
  ])(
    'exits with 1 and prints one line: %s',
    async (_what, environment, err) => {
      expect(await run(environment())).toEqual({ code: 1, out: '', err });
    },
    TIMEOUT_MS,
  );
});

describe('the variables of npm run infobip:setup', () => {
  it('are those of the service, with its defaults', () => {
    expect(readInfobipSetUpEnv({ INFOBIP_API_KEY: 'key' })).toEqual({
      url: 'https://api.infobip.com',
      apiKey: 'key',
      timeoutMs: 5000,
      applicationId: undefined,
      messageId: undefined,
      brand: 'Proofline',
      pinLength: 6,
      maxAttempts: 5,
      ttlSeconds: 300,
      sendPerPhone: [
        { count: 5, windowSeconds: 3600 },
        { count: 10, windowSeconds: 86_400 },
      ],
      sendAllApplications: [{ count: 4000, windowSeconds: 86_400 }],
      wrongPerPhone: [
        { count: 10, windowSeconds: 3600 },
        { count: 20, windowSeconds: 86_400 },
      ],
    });
  });

  it.each([
    [{ INFOBIP_BASE_URL: 'http://infobip.example' }, /^INFOBIP_BASE_URL must be an https URL/],
    [{ OTP_MAX_ATTEMPTS: '0', OTP_TTL_SECONDS: '601' }, /OTP_TTL_SECONDS.*; OTP_MAX_ATTEMPTS/],
    [{ INFOBIP_API_KEY: undefined }, /^INFOBIP_API_KEY must be set/],
    [
      { INFOBIP_API_KEY: undefined, INFOBIP_API_KEY_FILE: '/nowhere/key' },
      /^INFOBIP_API_KEY_FILE cannot be read$/,
    ],
  ])('are refused in one line: %p', (change, message) => {
    let said = '';
    try {
      readInfobipSetUpEnv({ INFOBIP_API_KEY: 'key', ...change });
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said).toMatch(message);
    expect(said).not.toContain('\n');
  });
});

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const ROOT = join(import.meta.dirname, '../../..');
const SHELLS = ['sh', 'bash', 'dash', 'zsh'].filter((name) =>
  ['/bin', '/usr/bin'].some((directory) => existsSync(join(directory, name))),
);
/** Five and a half hours from UTC, all year. */
const TZ = 'Asia/Kolkata';
/** Makes a pipe look like a terminal; Node then decides about colours by the environment. */
const TERMINAL = `
  import { WriteStream } from 'node:tty';
  const { hasColors, getColorDepth } = WriteStream.prototype;
  Object.assign(process.stdout, { isTTY: true, hasColors, getColorDepth });`;

describe('npm start in a terminal', () => {
  let database: TestDatabase;
  let service: ChildProcess;
  let output = '';
  beforeAll(async () => {
    database = await createTestDatabase();
    // Not a ServiceProcess: the banner names a number, which no log of the test run may contain.
    service = spawn(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(TERMINAL)}`, 'dist/server.js'],
      {
        cwd: ROOT,
        env: {
          PATH: process.env['PATH'],
          DATABASE_URL: database.url,
          PORT: '0',
          TZ,
          FORCE_COLOR: '1',
          LIMIT_RESEND_COOLDOWN_SECONDS: '0',
          LIMIT_SEND_PER_PHONE: 'off',
          LIMIT_WRONG_PER_PHONE: 'off',
          LIMIT_SEND_PER_PREFIX: 'off',
          LIMIT_SEND_PER_IP: 'off',
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    service.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
    await printed(/Press Ctrl-C/);
  });
  afterAll(async () => {
    service.kill();
    await once(service, 'close');
    await database.drop();
  });

  const text = () => stripVTControlCharacters(output);
  const printed = async (pattern: RegExp) => {
    while (!pattern.test(text()) && service.exitCode === null) await sleep(10);
    return pattern.exec(text())?.[0] ?? '';
  };
  const curlLines = () => output.split('\n').filter((line) => /^ *curl /.test(line));
  const run = (shell: string, line: string | undefined) =>
    JSON.parse(execFileSync(shell, ['-c', line ?? ''], { encoding: 'utf8' })) as object;

  test.each(SHELLS)('prints lines for %s that verify the newer of two codes', (shell) => {
    const [request, verify, ...others] = curlLines();
    expect(others).toEqual([]);
    for (const _time of ['first', 'second']) {
      expect(run(shell, request)).toMatchObject({ message: 'OTP sent successfully.' });
    }
    expect(run(shell, verify)).toMatchObject({ status: 'verified' });
  });

  test('logs one line a request, in local time and colour, with the number masked', async () => {
    const line = await printed(/^.* POST \/request-otp .*$/m);
    const hours = [0, 60_000].map((ago) =>
      new Date(Date.now() - ago).toLocaleTimeString('en-GB', { timeZone: TZ }).slice(0, 2),
    );
    expect(line).toMatch(
      /^\d\d:\d\d:\d\d POST \/request-otp 200 \d+ ms {2}otp\.sent \+1415\*{5}71 sms sinch-verification$/,
    );
    expect(hours).toContain(line.slice(0, 2));
    expect(output).toContain('\u001b[32m200\u001b[39m');
    const summaries = () => text().match(/ms {2}otp\.(sent|verified)/g) ?? [];
    while (summaries().length < 3 * SHELLS.length && service.exitCode === null) await sleep(10);
    expect(output).not.toContain('otp.requested');
  });

  test('names an unknown path without its digits', async () => {
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
    expect((await fetch(`${url}/api/14155552671?to=14155552671`)).status).toBe(404);
    expect(await printed(/^.*\/api\/.*$/m)).toContain('/api/*********** ');
  });
});

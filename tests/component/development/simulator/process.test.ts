import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { once } from 'node:events';
import { infobip2fa, sinchVerification } from '../../../../src/config/providers.js';
import { basicAuthorization } from '../../../../src/clients/sinch-signing.js';
import { startSimulator } from '../../../../src/development/simulator/start-simulator.js';
import { APPLICATION, send, startBody, startTestSimulator, VERIFICATIONS } from './harness.js';

const ROOT = new URL('../../../../', import.meta.url);

describe('the simulator as a process of its own', () => {
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill('SIGKILL'));

  const run = (env: Record<string, string>) => {
    const started = spawn(process.execPath, ['dist/development/simulator/main.js'], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    const output = { out: '', err: '' };
    started.stdout.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
    started.stderr.on('data', (chunk: Buffer) => (output.err += chunk.toString()));
    const ended = once(started, 'close').then(([code]) => ({ code: code as number, ...output }));
    return { started, output, ended };
  };

  const listening = async (env: Record<string, string> = {}) => {
    const running = run({ SIMULATOR_PORT: '0', ...env });
    await once(running.started.stdout, 'data');
    const [, url = ''] = /^simulator listening on (\S+)\n$/.exec(running.output.out) ?? [];
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    return { ...running, url };
  };

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'says one line, serves the documented credentials, and exits with 0 on %s',
    async (signal) => {
      const { started, url, ended } = await listening({ SIMULATOR_CODE_LENGTH: '7' });
      const authorization = basicAuthorization(
        sinchVerification.variables.SINCH_APPLICATION_KEY.development,
        sinchVerification.variables.SINCH_APPLICATION_SECRET.development,
      );
      const start = { method: 'POST', path: VERIFICATIONS, body: startBody() };
      expect((await send(url, { ...start, headers: { authorization } })).status).toBe(200);
      const pin = {
        method: 'POST',
        path: '/2fa/2/pin',
        headers: { authorization: `App ${infobip2fa.variables.INFOBIP_API_KEY.development}` },
        body: {
          applicationId: infobip2fa.variables.INFOBIP_2FA_APP_ID.development,
          messageId: infobip2fa.variables.INFOBIP_2FA_MSG_ID.development,
          to: '41793026727',
        },
      };
      expect((await send(url, pin)).status).toBe(200);
      const inbox = await send(url, { method: 'GET', path: '/simulator/inbox' });
      expect(inbox.body).toMatchObject([
        { to: '+41793026727', code: expect.stringMatching(/^\d{7}$/) },
        { code: expect.stringMatching(/^\d{7}$/) },
      ]);
      started.kill(signal);
      expect(await ended).toMatchObject({ code: 0, err: '' });
    },
  );

  it('refuses production with one line and exit code 1', async () => {
    expect(await run({ NODE_ENV: 'production' }).ended).toEqual({
      code: 1,
      out: '',
      err: 'The simulator refuses to start when NODE_ENV is production.\n',
    });
  });

  it('names all errors of its configuration', async () => {
    const { code, err } = await run({ SIMULATOR_PORT: 'x', SIMULATOR_TRIES: '0' }).ended;
    expect(code).toBe(1);
    expect(err).toMatch(/SIMULATOR_PORT.*\n.*SIMULATOR_TRIES/);
  });
});

describe('the simulator inside another process', () => {
  it('refuses production', async () => {
    const start = startSimulator({ ...APPLICATION, nodeEnv: 'production' });
    await expect(start).rejects.toThrow('refuses to start when NODE_ENV is production');
  });

  it('refuses settings out of range', async () => {
    const start = startSimulator({ ...APPLICATION, settings: { codeLength: 0 } });
    await expect(start).rejects.toThrow('codeLength');
  });

  it('reports a port in use', async () => {
    const first = await startTestSimulator();
    const port = Number(new URL(first.url).port);
    await expect(startSimulator({ ...APPLICATION, port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await first.close();
  });

  it('takes the callback URL as an option', async () => {
    const callbackUrl = 'http://127.0.0.1:9/hooks';
    const simulator = await startSimulator({ ...APPLICATION, callbackUrl });
    const { body } = await send(simulator.url, { method: 'GET', path: '/simulator/control' });
    expect(body['sinchVerification']).toMatchObject({ callbackUrl });
    await simulator.close();
  });

  it('cuts open connections when it closes, and can be closed twice', async () => {
    const simulator = await startTestSimulator();
    const socket = connect(Number(new URL(simulator.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST /verification/v1/verifications HTTP/1.1\r\nHost: here\r\n');
    socket.resume().on('error', () => undefined);
    const cut = new Promise((resolve) => socket.once('close', resolve));
    const startedAt = Date.now();
    await simulator.close();
    await cut;
    expect(Date.now() - startedAt).toBeLessThan(1000);
    await simulator.close();
  });

  it('serves nothing else', async () => {
    const simulator = await startTestSimulator();
    expect((await send(simulator.url, { method: 'GET', path: '/' })).status).toBe(404);
    await simulator.close();
  });
});

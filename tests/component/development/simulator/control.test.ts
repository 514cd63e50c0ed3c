import { DEFAULT_SINCH_SETTINGS } from '../../../../src/development/simulator/sinch-verification/settings.js';
import { eventually, send, startTestSimulator, wrongCode, type TestSimulator } from './harness.js';

const CONTROL = '/simulator/control';

describe('the control of the simulator', () => {
  let simulator: TestSimulator;

  beforeEach(async () => {
    simulator = await startTestSimulator({ codeLength: 6 });
  });
  afterEach(() => simulator.close());

  const control = (method: string) => send(simulator.url, { method, path: CONTROL });
  const elapsed = async (work: () => Promise<unknown>) => {
    const startedAt = performance.now();
    await work();
    return performance.now() - startedAt;
  };

  describe('of settings', () => {
    it('shows the documented defaults and the start options', async () => {
      const { body } = await control('GET');
      expect(body['sinchVerification']).toEqual({ ...DEFAULT_SINCH_SETTINGS, codeLength: 6 });
      expect(body['faults']).toEqual([]);
      expect(DEFAULT_SINCH_SETTINGS).toMatchObject({
        codeLength: 4,
        codeType: 'Numeric',
        lifetimeSeconds: 300,
        tries: 10,
        wrongCodeStyle: 'error',
        minimumIntervalSeconds: 0,
      });
    });

    it('changes only the given settings', async () => {
      const { status, body } = await simulator.settings({ tries: 1 });
      expect(status).toBe(200);
      expect(body['sinchVerification']).toEqual({
        ...DEFAULT_SINCH_SETTINGS,
        codeLength: 6,
        tries: 1,
      });
    });

    it('resets everything', async () => {
      await simulator.settings({ codeLength: 8, tries: 1 });
      await simulator.faults({ kind: 'hang' });
      const { body } = await control('DELETE');
      expect(body['sinchVerification']).toEqual({ ...DEFAULT_SINCH_SETTINGS, codeLength: 6 });
      expect(body['faults']).toEqual([]);
      expect((await simulator.start()).status).toBe(200);
    });

    it.each([
      ['an unknown setting', { sinchVerification: { retries: 3 } }],
      ['an unknown section', { twilio: {} }],
      ['a value out of range', { sinchVerification: { codeLength: 11 } }],
      ['a value of another type', { sinchVerification: { tries: '5' } }],
      ['a callback to a file', { sinchVerification: { callbackUrl: 'file:///etc/hosts' } }],
      ['an unknown fault', { faults: [{ kind: 'explode' }] }],
      ['an unknown field of a fault', { faults: [{ kind: 'hang', operaton: 'start' }] }],
      ['an unknown operation', { faults: [{ kind: 'hang', operation: 'stop' }] }],
      ['an unknown service', { faults: [{ kind: 'hang', service: 'twilio' }] }],
      ['a count of nothing', { faults: [{ kind: 'hang', count: 0 }] }],
      ['a header that splits the answer', answerWithHeader({ 'x-a': 'b\r\nx-c: d' })],
      ['a header name that is none', answerWithHeader({ 'x a': 'b' })],
      ['a status that is no answer', { faults: [{ kind: 'answer', status: 100 }] }],
      ['an array', []],
    ])('refuses %s and changes nothing', async (_what, body) => {
      const before = (await control('GET')).body;
      const answer = await simulator.control(body);
      expect(answer.status).toBe(400);
      expect(answer.body['errors']).toEqual([
        { path: expect.any(String), message: expect.any(String) },
      ]);
      expect((await control('GET')).body).toEqual(before);
    });

    it('refuses the whole change when one part is wrong', async () => {
      await simulator.control({ sinchVerification: { tries: 9 }, faults: [{ kind: 'explode' }] });
      expect((await control('GET')).body['sinchVerification']).toMatchObject({ tries: 10 });
    });

    it('refuses a body that is not JSON', async () => {
      expect((await simulator.control('{')).status).toBe(400);
    });

    it.each([
      ['codeLength', { codeLength: 9 }, /^\d{9}$/],
      ['codeType', { codeType: 'Alpha' }, /^[A-Z]{6}$/],
    ] as const)('applies %s', async (_what, settings, form) => {
      await simulator.settings(settings);
      await simulator.start();
      expect(simulator.codeOf()).toMatch(form);
    });

    it('applies lifetimeSeconds', async () => {
      await simulator.settings({ lifetimeSeconds: 60 });
      expect((await simulator.start()).body['sms']).toMatchObject({ interceptionTimeout: 58 });
    });

    it('applies delayMs to every operation, after processing it', async () => {
      await simulator.settings({ delayMs: 300 });
      let answered = false;
      const start = simulator.start().finally(() => {
        answered = true;
      });
      await eventually(() => simulator.inbox.list().length);
      expect(answered).toBe(false);
      const { body } = await start;
      expect(await elapsed(() => simulator.status(body['id']))).toBeGreaterThan(290);
      expect(await elapsed(() => simulator.reportSms(body['id'], '123456'))).toBeGreaterThan(290);
    });
  });

  describe('of faults', () => {
    it('delays one response', async () => {
      await simulator.faults({ kind: 'delay', ms: 500, count: 1 });
      expect(await elapsed(() => simulator.start())).toBeGreaterThan(490);
      expect(await elapsed(() => simulator.start())).toBeLessThan(490);
    });

    it('drips a response byte by byte', async () => {
      const { body } = await simulator.start();
      await simulator.faults({ kind: 'drip', msPerByte: 2, operation: 'status' });
      let length = 0;
      const ms = await elapsed(async () => {
        length = (await simulator.get(`id/${String(body['id'])}`)).text.length;
      });
      expect(length).toBeGreaterThan(150);
      expect(ms).toBeGreaterThan(length * 1.5);
    });

    it('resets the connection after reading the body', async () => {
      await simulator.faults({ kind: 'reset', count: 1 });
      const failure = await simulator.start().catch((error: unknown) => error);
      expect(failure).toMatchObject({ cause: { code: 'ECONNRESET' } });
      expect(simulator.inbox.list()).toEqual([]);
      expect(await simulator.calls()).toMatchObject([{ method: 'POST', status: null }]);
      expect((await simulator.start()).status).toBe(200);
    });

    it('never responds', async () => {
      await simulator.faults({ kind: 'hang', count: 1 });
      const signal = AbortSignal.timeout(200);
      const hung = send(simulator.url, {
        method: 'POST',
        path: '/verification/v1/verifications',
        signal,
      });
      await expect(hung).rejects.toMatchObject({ name: 'TimeoutError' });
      expect((await simulator.start()).status).toBe(200);
    });

    it('can send the message before it fails', async () => {
      await simulator.faults({ kind: 'reset', count: 1, process: true });
      await expect(simulator.start({ reference: 'mine' })).rejects.toThrow();
      expect(simulator.inbox.list()).toHaveLength(1);
      const { body } = await simulator.get('reference/mine');
      expect((await simulator.reportSms(body['id'], simulator.codeOf())).body).toMatchObject({
        status: 'SUCCESSFUL',
      });
    });

    it('can check the code before it fails', async () => {
      const { body } = await simulator.start();
      await simulator.faults({ kind: 'error', errorCode: 50000, process: true, count: 1 });
      expect((await simulator.reportSms(body['id'], simulator.codeOf())).status).toBe(500);
      expect(await simulator.status(body['id'])).toMatchObject({ status: 'SUCCESSFUL' });
    });

    it('responds with HTML instead of JSON', async () => {
      const page = '<html><h1>502 Bad Gateway</h1></html>';
      await simulator.faults({ kind: 'answer', status: 502, body: page });
      const { status, headers, text } = await simulator.start();
      expect({ status, text }).toEqual({ status: 502, text: page });
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    });

    it('responds with any status, headers and JSON', async () => {
      await simulator.faults({
        kind: 'answer',
        status: 429,
        headers: { 'Retry-After': '7', 'Content-Type': 'application/problem+json' },
        body: { why: ['because'] },
      });
      const { status, headers, body } = await simulator.start();
      expect({ status, body }).toEqual({ status: 429, body: { why: ['because'] } });
      expect(headers.get('retry-after')).toBe('7');
      expect(headers.get('content-type')).toBe('application/problem+json');
    });

    it('responds with success and no body', async () => {
      await simulator.faults({ kind: 'answer', status: 200 });
      expect(await simulator.start()).toMatchObject({ status: 200, text: '' });
    });

    it('redirects', async () => {
      const headers = { location: `${simulator.url}/elsewhere` };
      await simulator.faults({ kind: 'answer', status: 307, headers });
      expect((await simulator.start()).headers.get('location')).toBe(headers.location);
    });

    it('fails a limited number of calls', async () => {
      await simulator.faults({ kind: 'error', errorCode: 50300, count: 2 });
      const statuses = [];
      for (let count = 0; count < 3; count += 1) statuses.push((await simulator.start()).status);
      expect(statuses).toEqual([503, 503, 200]);
      expect((await control('GET')).body['faults']).toEqual([]);
    });

    it('shows the number of remaining faults', async () => {
      await simulator.faults({ kind: 'error', errorCode: 50300, count: 3 });
      await simulator.start();
      expect((await control('GET')).body['faults']).toMatchObject([{ count: 2 }]);
    });

    it('fails only the given operation', async () => {
      const { body } = await simulator.start();
      await simulator.faults({ kind: 'error', errorCode: 50000, operation: 'report' });
      expect((await simulator.start()).status).toBe(200);
      expect((await simulator.get(`id/${String(body['id'])}`)).status).toBe(200);
      expect((await simulator.reportSms(body['id'], '123456')).status).toBe(500);
      expect((await simulator.reportSms(body['id'], '123456')).status).toBe(500);
    });

    it('applies faults in order', async () => {
      await simulator.faults(
        { kind: 'error', errorCode: 50300, count: 1 },
        { kind: 'error', errorCode: 42900, operation: 'start' },
      );
      const statuses = [];
      for (let count = 0; count < 3; count += 1) statuses.push((await simulator.start()).status);
      expect(statuses).toEqual([503, 429, 429]);
    });
  });

  describe('of recorded calls', () => {
    it('lists method, path, time and status in order, and no secret', async () => {
      const { body } = await simulator.start();
      await simulator.reportSms(body['id'], wrongCode(simulator.codeOf()));
      await simulator.get('sms/number/+46700000101?x=1');
      const calls = await simulator.calls();
      const base = '/verification/v1/verifications';
      const at = expect.stringMatching(/^\d{4}-.*Z$/) as string;
      expect(calls).toEqual([
        { method: 'POST', path: base, at, status: 200 },
        { method: 'PUT', path: `${base}/id/${String(body['id'])}`, at, status: 400 },
        { method: 'GET', path: `${base}/sms/number/+46700000101`, at, status: 401 },
      ]);
    });

    it('counts refused and unknown calls, but not its own', async () => {
      await simulator.start({ method: 'pigeon' });
      await send(simulator.url, { method: 'GET', path: '/verification/v1/unknown' });
      await control('GET');
      expect((await simulator.calls()).map(({ status }) => status)).toEqual([400, 404]);
    });

    it('clears the calls', async () => {
      await simulator.start();
      const path = '/simulator/calls';
      expect((await send(simulator.url, { method: 'DELETE', path })).status).toBe(204);
      expect(await simulator.calls()).toEqual([]);
    });
  });
});

function answerWithHeader(headers: Record<string, string>) {
  return { faults: [{ kind: 'answer', status: 200, headers }] };
}

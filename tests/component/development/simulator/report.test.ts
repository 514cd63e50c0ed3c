import {
  eventually,
  PHONE,
  sendSigned,
  startTestSimulator,
  VERIFICATIONS,
  wrongCode,
  type TestSimulator,
} from './harness.js';

describe('reporting a code to the simulated Sinch', () => {
  let simulator: TestSimulator;

  beforeEach(async () => {
    simulator = await startTestSimulator();
  });
  afterEach(() => simulator.close());

  const begin = async (fields: Record<string, unknown> = {}) =>
    (await simulator.start(fields)).body['id'];
  const reportByNumber = (endpoint: string, body: unknown) =>
    sendSigned(simulator.url, { method: 'PUT', path: `${VERIFICATIONS}/number/${endpoint}`, body });
  const wrong = () => wrongCode(simulator.codeOf());

  it('responds to the right code with SUCCESSFUL', async () => {
    const id = await begin();
    expect(await simulator.reportSms(id, simulator.codeOf())).toMatchObject({
      status: 200,
      body: { id, method: 'sms', status: 'SUCCESSFUL' },
    });
    expect((await simulator.reportSms(id, '1234')).body).not.toHaveProperty('callComplete');
  });

  it('repeats the reference given at the start', async () => {
    const id = await begin({ reference: 'mine' });
    const { body } = await simulator.reportSms(id, simulator.codeOf());
    expect(body).toEqual({ id, method: 'sms', status: 'SUCCESSFUL', reference: 'mine' });
  });

  it.each(['+46700000101', '%2B46700000101'])('takes the number %s in the path', async (number) => {
    const id = await begin();
    const answer = await reportByNumber(number, {
      method: 'sms',
      sms: { code: simulator.codeOf() },
    });
    expect(answer.body).toMatchObject({ id, status: 'SUCCESSFUL' });
  });

  it.each([
    ['callout', 'callout', 'code'],
    ['whatsapp', 'whatsapp', 'code'],
    ['flashcall', 'flashCall', 'cli'],
  ])('verifies by %s', async (method, key, field) => {
    const id = await begin({ method });
    const { status, body } = await simulator.report(id, {
      method,
      [key]: { [field]: simulator.codeOf() },
    });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { id, method, status: 'SUCCESSFUL' },
    });
    expect('callComplete' in body).toBe(method !== 'whatsapp');
  });

  describe('with a wrong code', () => {
    it('responds with 400 and 40003 and stays open', async () => {
      const id = await begin();
      expect(await simulator.reportSms(id, wrong())).toMatchObject({
        status: 400,
        body: { errorCode: 40003, message: 'Invalid identity or code.' },
      });
      expect(await simulator.status(id)).toMatchObject({ status: 'PENDING' });
      expect((await simulator.reportSms(id, simulator.codeOf())).body).toMatchObject({
        status: 'SUCCESSFUL',
      });
    });

    it('responds with 200 and FAIL in the other style', async () => {
      await simulator.settings({ wrongCodeStyle: 'fail' });
      const id = await begin();
      expect(await simulator.reportSms(id, wrong())).toMatchObject({
        status: 200,
        body: { id, method: 'sms', status: 'FAIL', reason: 'Invalid code' },
      });
      expect((await simulator.reportSms(id, simulator.codeOf())).body).toMatchObject({
        status: 'SUCCESSFUL',
      });
    });

    it('reports Invalid CLI for a flash call', async () => {
      await simulator.settings({ wrongCodeStyle: 'fail', tries: 1 });
      const id = await begin({ method: 'flashcall' });
      const report = { method: 'flashcall', flashCall: { cli: '+46000000000' } };
      const answer = { status: 'FAIL', reason: 'Invalid CLI', callComplete: true };
      expect((await simulator.report(id, report)).body).toMatchObject(answer);
      expect(await simulator.status(id)).toMatchObject(answer);
    });

    it('ends as FAIL after ten wrong codes, and refuses the right code then', async () => {
      const id = await begin();
      for (let count = 1; count <= 9; count += 1) await simulator.reportSms(id, wrong());
      expect(await simulator.status(id)).toMatchObject({ status: 'PENDING' });
      expect((await simulator.reportSms(id, wrong())).status).toBe(400);
      expect(await simulator.status(id)).toMatchObject({ status: 'FAIL', reason: 'Invalid code' });
      expect(await simulator.reportSms(id, simulator.codeOf())).toMatchObject({
        status: 200,
        body: { status: 'FAIL', reason: 'Invalid code' },
      });
    });

    it('ends after the configured number of wrong codes', async () => {
      await simulator.settings({ tries: 2 });
      const id = await begin();
      await simulator.reportSms(id, wrong());
      expect(await simulator.status(id)).toMatchObject({ status: 'PENDING' });
      await simulator.reportSms(id, wrong());
      expect(await simulator.status(id)).toMatchObject({ status: 'FAIL' });
    });

    it('does not count reports that are malformed', async () => {
      await simulator.settings({ tries: 1 });
      const id = await begin();
      await simulator.report(id, { method: 'sms', sms: { code: 'not a code' } });
      await simulator.report(id, { method: 'callout', callout: { code: '1234' } });
      expect(await simulator.status(id)).toMatchObject({ status: 'PENDING' });
    });
  });

  describe('to a verification that has ended', () => {
    it('responds to the second use of a code with FAIL', async () => {
      const id = await begin();
      const code = simulator.codeOf();
      await simulator.reportSms(id, code);
      expect(await simulator.reportSms(id, code)).toMatchObject({
        status: 200,
        body: { status: 'FAIL', reason: 'Expired' },
      });
      expect(await simulator.status(id)).toMatchObject({ status: 'SUCCESSFUL' });
    });

    it('accepts one of many concurrent right codes', async () => {
      const id = await begin();
      const code = simulator.codeOf();
      const reports = Array.from({ length: 10 }, () => simulator.reportSms(id, code));
      const states = (await Promise.all(reports)).map(({ body }) => body['status']);
      expect(states.filter((state) => state === 'SUCCESSFUL')).toHaveLength(1);
    });

    it.each([
      ['invalid', 400, 40003],
      ['not-found', 404, 40400],
    ] as const)('responds in the style %s', async (endedReportStyle, status, errorCode) => {
      await simulator.settings({ endedReportStyle });
      const id = await begin();
      const code = simulator.codeOf();
      await simulator.reportSms(id, code);
      expect(await simulator.reportSms(id, code)).toMatchObject({ status, body: { errorCode } });
    });

    it('responds with Expired after its lifetime', async () => {
      await simulator.settings({ lifetimeSeconds: 0.1 });
      const id = await begin();
      await eventually(async () => (await simulator.status(id))['status'] === 'FAIL');
      expect(await simulator.status(id)).toMatchObject({ reason: 'Expired' });
      expect(await simulator.reportSms(id, simulator.codeOf())).toMatchObject({
        status: 200,
        body: { id, method: 'sms', status: 'FAIL', reason: 'Expired' },
      });
    });

    it('expires by smsOptions.expiry', async () => {
      const id = await begin({ smsOptions: { expiry: '00:00:01' } });
      expect(await simulator.status(id)).toMatchObject({ status: 'PENDING' });
      await eventually(async () => (await simulator.status(id))['reason'] === 'Expired');
    });

    it('responds with ABORTED after a newer one replaced it', async () => {
      const id = await begin();
      const code = simulator.codeOf();
      await begin();
      const { status, body } = await simulator.reportSms(id, code);
      expect({ status, body }).toEqual({
        status: 200,
        body: { id, method: 'sms', status: 'ABORTED' },
      });
    });
  });

  it('finds the newest verification of a number and method', async () => {
    await begin();
    const id = await begin();
    const report = { method: 'sms', sms: { code: simulator.codeOf() } };
    expect((await reportByNumber(PHONE, report)).body).toMatchObject({ id, status: 'SUCCESSFUL' });
    const call = { method: 'callout', callout: { code: '1234' } };
    expect((await reportByNumber(PHONE, call)).status).toBe(404);
  });

  it('keeps the source that a device reports', async () => {
    const id = await begin();
    const sms = { code: simulator.codeOf() };
    await simulator.report(id, { method: 'sms', source: 'intercepted', sms });
    expect(await simulator.status(id)).toMatchObject({ source: 'intercepted' });
  });

  it('responds with 404 for an unknown id or number', async () => {
    expect(await simulator.reportSms('unknown', '1234')).toMatchObject({
      status: 404,
      body: { errorCode: 40400, message: 'Requested resource was not found.' },
    });
    const report = { method: 'sms', sms: { code: '1234' } };
    expect((await reportByNumber('+46700000199', report)).status).toBe(404);
  });

  it('refuses the right code under another method', async () => {
    const id = await begin();
    const callout = { code: simulator.codeOf() };
    expect(await simulator.report(id, { method: 'callout', callout })).toMatchObject({
      status: 400,
      body: { errorCode: 40003 },
    });
  });

  it('cannot report seamless', async () => {
    const id = await begin({ method: 'seamless' });
    expect(await simulator.report(id, { method: 'seamless' })).toMatchObject({
      status: 400,
      body: { errorCode: 40001 },
    });
  });

  it.each([
    ['no method', { sms: { code: '1234' } }, 40002],
    ['no object', { method: 'sms' }, 40002],
    ['no code', { method: 'sms', sms: {} }, 40002],
    ['no code of a call', { method: 'callout', callout: {} }, 40002],
    ['no caller', { method: 'flashcall', flashCall: {} }, 40002],
    ['a numeric code', { method: 'sms', sms: { code: 1234 } }, 40001],
    ['an empty code', { method: 'sms', sms: { code: '' } }, 40001],
    ['a long code', { method: 'sms', sms: { code: '12345678901' } }, 40001],
    ['a caller with letters', { method: 'flashcall', flashCall: { cli: 'me' } }, 40001],
    ['an unknown method', { method: 'pigeon', pigeon: { code: '1234' } }, 40001],
    ['a body that is no object', '"1234"', 40001],
  ])('refuses %s', async (_what, body, errorCode) => {
    const id = await begin();
    expect(await simulator.report(id, body)).toMatchObject({ status: 400, body: { errorCode } });
  });
});

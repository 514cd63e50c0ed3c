import { PHONE, startTestSimulator, type TestSimulator } from './harness.js';

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}$/;

describe('the status of a verification at the simulated Sinch', () => {
  let simulator: TestSimulator;

  beforeEach(async () => {
    simulator = await startTestSimulator();
  });
  afterEach(() => simulator.close());

  it('has no price while pending', async () => {
    const { body } = await simulator.start();
    expect(await simulator.status(body['id'])).toEqual({
      id: body['id'],
      method: 'sms',
      status: 'PENDING',
      identity: { type: 'number', endpoint: PHONE },
      countryId: 'SE',
      verificationTimestamp: expect.stringMatching(TIMESTAMP),
    });
  });

  it('has price, source and reference after a success by SMS', async () => {
    const { body } = await simulator.start({ reference: 'mine' });
    await simulator.reportSms(body['id'], simulator.codeOf());
    expect(await simulator.status(body['id'])).toEqual({
      id: body['id'],
      method: 'sms',
      status: 'SUCCESSFUL',
      reference: 'mine',
      price: { verificationPrice: { currencyId: 'EUR', amount: 0.0453 } },
      identity: { type: 'number', endpoint: PHONE },
      countryId: 'SE',
      verificationTimestamp: expect.stringMatching(TIMESTAMP),
      source: 'manual',
    });
  });

  it.each([
    ['callout', 'callout', 'code'],
    ['flashcall', 'flashCall', 'cli'],
  ])('reports the call of a %s', async (method, key, field) => {
    const { body } = await simulator.start({ method });
    await simulator.report(body['id'], { method, [key]: { [field]: simulator.codeOf() } });
    const status = await simulator.status(body['id']);
    expect(status).toMatchObject({
      status: 'SUCCESSFUL',
      price: {
        verificationPrice: { currencyId: 'EUR', amount: expect.any(Number) },
        terminationPrice: { currencyId: 'EUR', amount: 0 },
      },
      callComplete: true,
      callResult: 'ANSWERED',
    });
    expect(status['source']).toBe(method === 'callout' ? undefined : 'manual');
  });

  it('has the start time in UTC without a zone', async () => {
    const before = Date.now();
    const { body } = await simulator.start();
    const { verificationTimestamp } = await simulator.status(body['id']);
    const time = Date.parse(`${String(verificationTimestamp)}Z`);
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
  });

  it.each([
    ['+33612345678', 'FR'],
    ['+14155550100', 'US'],
    ['+442071838750', 'GB'],
  ])('names the country of %s', async (endpoint, countryId) => {
    const { body } = await simulator.start({ identity: { type: 'number', endpoint } });
    expect(await simulator.status(body['id'])).toMatchObject({ countryId });
  });

  it.each(['sms', 'flashcall', 'callout', 'whatsapp'])(
    'is found by number and method %s',
    async (method) => {
      const { body } = await simulator.start({ method });
      for (const number of [PHONE, PHONE.replace('+', '%2B')]) {
        const found = await simulator.get(`${method}/number/${number}`);
        expect(found.body).toMatchObject({ id: body['id'], method });
      }
    },
  );

  it("is the newest one's by number and method", async () => {
    await simulator.start();
    const { body } = await simulator.start();
    expect((await simulator.get(`sms/number/${PHONE}`)).body).toMatchObject({ id: body['id'] });
  });

  it('is found by reference', async () => {
    const { body } = await simulator.start({ reference: 'order-42' });
    expect((await simulator.get('reference/order-42')).body).toMatchObject({ id: body['id'] });
    expect((await simulator.get('reference/ORDER-42')).status).toBe(404);
  });

  it.each([
    'id/unknown',
    'reference/unknown',
    'sms/number/+46700000199',
    'callout/number/+46700000101',
    'pigeon/number/+46700000101',
    'number/+46700000101',
  ])('is not found at %s', async (path) => {
    await simulator.start();
    expect(await simulator.get(path)).toMatchObject({
      status: 404,
      body: { errorCode: 40400, message: 'Requested resource was not found.' },
    });
  });

  it('responds with an error to a malformed path', async () => {
    expect(await simulator.get('id/%E0%A4%A')).toMatchObject({
      status: 400,
      body: { errorCode: 40001 },
    });
  });

  it('never contains the code', async () => {
    await simulator.settings({ codeLength: 10 });
    const { body } = await simulator.start();
    const answers = [body, await simulator.status(body['id'])];
    expect(answers).toMatchObject([{ id: body['id'] }, { id: body['id'], status: 'PENDING' }]);
    expect(JSON.stringify(answers)).not.toContain(simulator.codeOf());
  });
});

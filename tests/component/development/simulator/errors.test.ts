import { PHONE, startTestSimulator, type TestSimulator } from './harness.js';

/** The errors of the API's error page and of the clients' constants, with known messages. */
const DOCUMENTED: [errorCode: number, message: string | undefined][] = [
  [40001, undefined],
  [40002, undefined],
  [40003, 'Invalid identity or code.'],
  [40004, undefined],
  [40005, 'Phone number missing leading plus sign'],
  [40100, 'Invalid authorization header'],
  [40101, 'X-Timestamp required'],
  [40102, 'Invalid signature'],
  [40103, undefined],
  [40104, 'Authorization required'],
  [40105, undefined],
  [40106, undefined],
  [40107, 'Invalid authorization'],
  [40108, undefined],
  [40200, 'Not enough credit'],
  [40300, 'Identity is blacklisted.'],
  [40301, undefined],
  [40302, undefined],
  [40303, 'Callback URL must be set when using public authorization method.'],
  [40400, 'Requested resource was not found.'],
  [40900, 'Reference already defined'],
  [42200, 'Application name has not been configured'],
  [42201, 'No route to destination.'],
  [42202, undefined],
  [42900, 'Request capacity exceeded'],
  [42901, 'Cannot initiate verification to the same number too quickly'],
  [50000, 'Internal server error.'],
  [50100, undefined],
  [50101, undefined],
  [50300, 'Service is temporarily unavailable, please try again later.'],
  [50301, 'Configuration error, please contact support.'],
];

const REASONS = [
  ['Fraud', 'DENIED'],
  ['Not enough credit', 'DENIED'],
  ['Blocked', 'DENIED'],
  ['Denied by callback', 'DENIED'],
  ['Invalid callback', 'DENIED'],
  ['Destination denied', 'DENIED'],
  ['Internal error', 'ERROR'],
  ['Network error or number unreachable', 'ERROR'],
  ['SMS delivery failure', 'ERROR'],
  ['Failed pending', 'FAIL'],
  ['Invalid CLI', 'FAIL'],
  ['Invalid code', 'FAIL'],
  ['Expired', 'FAIL'],
  ['Hung up without entering valid code', 'FAIL'],
] as const;

describe('errors of the simulated Sinch', () => {
  let simulator: TestSimulator;

  beforeEach(async () => {
    simulator = await startTestSimulator();
  });
  afterEach(() => simulator.close());

  it.each(DOCUMENTED)('responds with %d on demand', async (errorCode, message) => {
    await simulator.faults({ kind: 'error', errorCode, count: 1 });
    const { status, headers, body } = await simulator.start();
    expect(status).toBe(Math.floor(errorCode / 100));
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body).toEqual({
      errorCode,
      message: message ?? expect.not.stringMatching(/^$|Simulated/),
      reference: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(simulator.inbox.list()).toEqual([]);
  });

  it('refuses quick repeats for a number if an interval is set', async () => {
    await simulator.start();
    expect((await simulator.start()).status).toBe(200);
    await simulator.settings({ minimumIntervalSeconds: 3600 });
    expect(await simulator.start()).toMatchObject({ status: 429, body: { errorCode: 42901 } });
    expect(simulator.inbox.list()).toHaveLength(2);
    const other = { identity: { type: 'number', endpoint: '+46700000102' } };
    expect((await simulator.start(other)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await simulator.settings({ minimumIntervalSeconds: 0.01 });
    expect((await simulator.start()).status).toBe(200);
  });

  it.each(REASONS)('ends a verification for %p as %s', async (endWith, status) => {
    await simulator.settings({ endWith });
    const { status: http, body } = await simulator.start({ method: 'callout' });
    expect(http).toBe(200);
    const found = await simulator.status(body['id']);
    expect(found).toMatchObject({ status, reason: endWith });
    expect('price' in found).toBe(status === 'FAIL');
    expect(found).toMatchObject(
      status === 'FAIL'
        ? { callComplete: true, callResult: 'ANSWERED' }
        : { callComplete: false, callResult: 'FAILED' },
    );
    expect(simulator.inbox.list(PHONE)).toEqual([]);
  });
});

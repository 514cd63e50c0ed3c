import type { ServerResponse } from 'node:http';
import { loadConfig } from '../../../src/config/load.js';
import { noteSecret } from '../../support/evidence.js';
import { TestService, freshNumber, type Answer } from '../../support/service.js';

const TOKEN = 'metrics-token-of-a-test';
const IP = '127.0.0.1';

const scrape = (service: TestService, token = TOKEN) =>
  service.get('/metrics', { authorization: `Bearer ${token}` });

/** Our samples without buckets and sums: `name{labels}` → value. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line.startsWith('proofline_'));
  const samples = lines.map((line): [string, number] => {
    const end = line.lastIndexOf(' ');
    return [line.slice('proofline_'.length, end), Number(line.slice(end + 1))];
  });
  return new Map(samples.filter(([name]) => !/_(bucket|sum)\{/.test(name)));
}

const exactly = (samples: Map<string, number>, name: string) =>
  Object.fromEntries([...samples].filter(([sample]) => sample.startsWith(`${name}{`)));

describe('the metrics after some traffic', () => {
  const phones: string[] = [];
  const ids: string[] = [];
  let service: TestService;
  let answer: Answer;
  let samples: Map<string, number>;

  beforeAll(async () => {
    noteSecret(TOKEN);
    service = await TestService.start({
      METRICS_TOKEN: TOKEN,
      LOG_LEVEL: 'error',
      LIMIT_SEND_PER_PHONE: '2/1h',
      PROVIDER_TIMEOUT_MS: '300',
      OTP_COUNTRIES: 'US,SE',
    });
    await traffic(service);
    answer = await scrape(service);
    samples = samplesOf(answer.text);
  });
  afterAll(() => service.stop());

  async function traffic({ sinch }: TestService): Promise<void> {
    const [us, swede, lost, refused] = [
      freshNumber(),
      '+46701234567',
      freshNumber(),
      freshNumber(),
    ];
    phones.push(us, swede, lost, refused);
    const id = await service.request(us);
    await service.verify(id, sinch.wrongCodeFor(us));
    await service.verify(id, sinch.wrongCodeFor(us));
    await service.verify(id, sinch.codeFor(us));
    const other = await service.request(swede);
    sinch.answer('PUT', 503, { errorCode: 50300 });
    await service.verify(other, sinch.codeFor(swede));
    sinch.misbehave('POST', (_req, res: ServerResponse) => void res.socket?.resetAndDestroy());
    const unknown = await service.post('/request-otp', { phoneNumber: lost });
    sinch.answer('POST', 403, { errorCode: 40300 });
    await service.post('/send-otp', { phoneNumber: refused });
    await service.post(`/verifications/${other}/resend`, {});
    for (let i = 0; i < 3; i += 1) await service.post(`/verifications/${other}/resend`, {});
    ids.push(id, other, String(unknown.body['verificationId']));
    await service.get(`/verifications/${id}`);
    await service.get(`/no-such/${us}?code=1234`);
    await service.call('PUT', '/verify-otp', '{}');
    await service.get('/livez');
    await service.call('HEAD', '/livez');
  }

  test('count messages by provider, channel, country and outcome', () => {
    const labels = (country: string, outcome: string) =>
      `sends_total{provider="sinch-verification",channel="sms",country="${country}",outcome="${outcome}"}`;
    expect(exactly(samples, 'sends_total')).toEqual({
      [labels('US', 'sent')]: 1,
      [labels('SE', 'sent')]: 2,
      [labels('US', 'timeout-unknown')]: 1,
      [labels('US', 'rejected-destination')]: 1,
    });
  });

  test('count checks by provider, channel, country and outcome', () => {
    const labels = (country: string, outcome: string) =>
      `checks_total{provider="sinch-verification",channel="sms",country="${country}",outcome="${outcome}"}`;
    expect(exactly(samples, 'checks_total')).toEqual({
      [labels('US', 'approved')]: 1,
      [labels('US', 'wrong_code')]: 2,
      [labels('SE', 'unreachable')]: 1,
    });
  });

  test('count refusals by the name of the limit', () => {
    expect(exactly(samples, 'limit_refusals_total')).toEqual({
      'limit_refusals_total{limit="send-per-phone"}': 3,
    });
  });

  test('count requests by route template', () => {
    const labels = (route: string, method: string, status: number) =>
      `http_requests_total{route="${route}",method="${method}",status="${status}"}`;
    expect(exactly(samples, 'http_requests_total')).toEqual({
      [labels('/request-otp', 'POST', 200)]: 2,
      [labels('/request-otp', 'POST', 504)]: 1,
      [labels('/send-otp', 'POST', 502)]: 1,
      [labels('/verify-otp', 'POST', 401)]: 2,
      [labels('/verify-otp', 'POST', 200)]: 1,
      [labels('/verify-otp', 'POST', 503)]: 1,
      [labels('/verify-otp', 'other', 405)]: 1,
      [labels('/verifications/:id/resend', 'POST', 200)]: 1,
      [labels('/verifications/:id/resend', 'POST', 429)]: 3,
      [labels('/verifications/:id', 'GET', 200)]: 1,
      [labels('none', 'GET', 404)]: 1,
      [labels('/livez', 'GET', 200)]: 1,
      [labels('/livez', 'HEAD', 200)]: 1,
    });
    const seconds = exactly(samples, 'http_request_duration_seconds_count');
    expect(Object.values(seconds).reduce((sum, count) => sum + count, 0)).toBe(17);
  });

  test('measure the duration of provider calls', () => {
    const labels = (operation: string, outcome: string) =>
      `provider_call_duration_seconds_count{provider="sinch-verification",operation="${operation}",outcome="${outcome}"}`;
    expect(exactly(samples, 'provider_call_duration_seconds_count')).toEqual({
      [labels('start', 'answered')]: 3,
      [labels('start', 'timeout-unknown')]: 1,
      [labels('start', 'rejected-destination')]: 1,
      [labels('check', 'answered')]: 3,
      [labels('check', 'unreachable')]: 1,
    });
  });

  test('show the circuit, the pool and the current request', () => {
    expect(samples.get('provider_circuit_state{provider="sinch-verification"}')).toBe(0);
    expect(samples.get('database_pool_connections{state="size"}')).toBeGreaterThan(0);
    for (const state of ['available', 'using', 'waiting']) {
      expect(samples.has(`database_pool_connections{state="${state}"}`)).toBe(true);
    }
    expect(samples.get('http_requests_in_flight')).toBe(1);
  });

  test('show the process', () => {
    for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds']) {
      expect(answer.text).toMatch(new RegExp(`^${name} `, 'm'));
    }
  });

  test('contain no number, id, address, code or secret', () => {
    expect(phones.length * ids.length).toBeGreaterThan(8);
    const { text } = answer;
    for (const phone of phones) expect(text).not.toContain(phone.slice(3));
    for (const id of ids) expect(text).not.toContain(id);
    for (const { id, reference } of service.sinch.started) {
      expect(text).not.toContain(id);
      expect(text).not.toContain(reference);
    }
    expect(text).not.toContain(IP);
    expect(text).not.toContain(TOKEN);
    expect(text).not.toMatch(/="[^"]*\+?\d{4,}/);
  });

  test('are in the Prometheus format and not cacheable', () => {
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('do not grow with the number of callers', async () => {
    for (let i = 0; i < 30; i += 1) {
      await service.get(`/verifications/${'0'.repeat(35)}${10 + i}`);
      await service.get(`/nothing-${i}`);
      await service.call(i % 2 === 0 ? 'PROPFIND' : 'PURGE', '/livez');
    }
    const lines = (text: string) =>
      text.split('\n').filter((line) => line.startsWith('proofline')).length;
    const before = lines((await scrape(service)).text);
    for (let i = 0; i < 30; i += 1) await service.get(`/nothing-else-${i}/${i}`);
    expect(lines((await scrape(service)).text)).toBe(before);
  });
});

test('an open circuit and the calls it refuses are visible', async () => {
  const service = await TestService.start({
    METRICS_TOKEN: TOKEN,
    PROVIDER_BREAKER_FAILURES: '2',
  });
  try {
    service.sinch.answer('POST', 503, { errorCode: 50300 }, {}, 2);
    for (let i = 0; i < 5; i += 1) {
      await service.post('/request-otp', { phoneNumber: freshNumber() });
    }
    const samples = samplesOf((await scrape(service)).text);
    expect(samples.get('provider_circuit_state{provider="sinch-verification"}')).toBe(2);
    expect(Object.values(exactly(samples, 'provider_call_duration_seconds_count'))).toEqual([2]);
    expect(Object.values(exactly(samples, 'sends_total'))).toEqual([5]);
  } finally {
    await service.stop();
  }
});

describe('a caller without the token', () => {
  test.each([
    ['none', {}],
    ['another', { authorization: 'Bearer metrics-token-of-a-tesT' }],
    ['a beginning', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['a longer one', { authorization: `Bearer ${TOKEN}x` }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['no scheme', { authorization: TOKEN }],
    ['an empty one', { authorization: 'Bearer ' }],
  ])('gets a 404: %s', async (_which, headers) => {
    const service = await TestService.start({ METRICS_TOKEN: TOKEN });
    try {
      const refused = await service.get('/metrics', headers);
      const nothing = await service.get('/nothing-here', headers);
      const anonymous = ({ body }: Answer) => ({ ...body, requestId: 0, instance: 0 });
      expect(refused.status).toBe(404);
      expect(anonymous(refused)).toEqual(anonymous(nothing));
      const names = (answer: Answer) => [...answer.headers.keys()].sort();
      expect(names(refused)).toEqual(names(nothing));
      expect((await service.post('/metrics', {}, headers)).status).toBe(404);
    } finally {
      await service.stop();
    }
  });

  test('gets a 404 if METRICS_TOKEN is not set', async () => {
    const service = await TestService.start();
    try {
      for (const authorization of ['Bearer ', 'Bearer undefined', `Bearer ${TOKEN}`]) {
        expect((await service.get('/metrics', { authorization })).status).toBe(404);
      }
    } finally {
      await service.stop();
    }
  });

  test.each(['short', 'fifteen-letters', 'with a blank in it', 'ends with é or so'])(
    'a token such as "%s" is refused at startup',
    (token) => expect(() => loadConfig({ METRICS_TOKEN: token })).toThrow('METRICS_TOKEN'),
  );
});

import type { ServerResponse } from 'node:http';
import type { RunningSimulator } from '../../../../src/development/simulator/start-simulator.js';
import { startEverySimulator } from '../../../support/provider-rig.js';
import { TestService, freshNumber } from '../../../support/service.js';

const TIMELINE = `SELECT type, detail->>'provider' AS provider, detail->>'reason' AS reason
  FROM verification_events WHERE verification_id = $1 ORDER BY id`;
const NOWHERE = 'http://127.0.0.1:9';

const resetAfterReading = (_req: unknown, res: ServerResponse) =>
  void res.socket?.resetAndDestroy();

describe('with a second provider behind the first', () => {
  let service: TestService;
  let second: RunningSimulator;
  beforeEach(async () => {
    second = await startEverySimulator();
    service = await TestService.start({
      VERIFICATION_PROVIDERS: 'sinch-verification,infobip-2fa',
      INFOBIP_BASE_URL: second.url,
      PROVIDER_TIMEOUT_MS: '1000',
      LIMIT_SEND_PER_PHONE: '2/1h',
      ROUTE_SE: 'infobip-2fa',
    });
  });
  afterEach(async () => {
    await service.stop();
    await second.close();
  });

  const arrivedBySecond = (number: string) => second.inbox.list(number).length;
  const counted = async (number: string) => {
    const [row] = await service.rows(
      `SELECT cardinality(sends) AS sends FROM phone_limits WHERE phone_key = $1`,
      [number],
    );
    return row?.['sends'];
  };

  test('the first provider sends while it works', async () => {
    const number = freshNumber();
    const id = await service.request(number);
    expect([service.sinch.messages, arrivedBySecond(number)]).toEqual([1, 0]);
    expect((await service.verify(id, service.sinch.codeFor(number))).status).toBe(200);
  });

  test.each([
    ['is out of order', 503, 50300, 'unreachable'],
    ['does not accept our credentials', 401, 40102, 'bad-credentials'],
    ['has no credit', 402, 40200, 'quota-exhausted'],
    ['refuses the number', 403, 40300, 'rejected-destination'],
    ['has no route to it', 422, 42201, 'rejected-destination'],
    ['limits our rate', 429, 42900, 'rate-limited'],
  ])(
    'the second sends within the same request when the first %s',
    async (_how, status, errorCode, reason) => {
      const number = freshNumber();
      service.sinch.answer('POST', status, { errorCode });
      const answer = await service.post('/request-otp', { phoneNumber: number });
      expect(answer.status).toBe(200);
      expect(answer.text).not.toMatch(/sinch|infobip/i);
      expect([service.sinch.messages, arrivedBySecond(number), await counted(number)]).toEqual([
        0, 1, 1,
      ]);
      const id = String(answer.body['verificationId']);
      expect(await service.rows(TIMELINE, [id])).toEqual([
        { type: 'requested', provider: null, reason: null },
        { type: 'failed_over', provider: 'sinch-verification', reason },
        { type: 'sent', provider: 'infobip-2fa', reason: null },
      ]);
      const code = second.inbox.list(number)[0]?.code ?? '';
      expect((await service.verify(id, code)).status).toBe(200);
    },
  );

  test.each<[string, (service: TestService) => void, number]>([
    ['never answers', ({ sinch }) => sinch.misbehave('POST', () => undefined), 504],
    ['hangs up after reading', ({ sinch }) => sinch.misbehave('POST', resetAfterReading), 504],
    ['fails', ({ sinch }) => sinch.answer('POST', 500, { errorCode: 50000 }), 504],
    ['answers nonsense', ({ sinch }) => sinch.answer('POST', 200, '<html>'), 502],
  ])('nobody else sends when the first %s', async (_how, misbehave, status) => {
    const number = freshNumber();
    misbehave(service);
    const answer = await service.post('/request-otp', { phoneNumber: number });
    expect([answer.status, arrivedBySecond(number)]).toEqual([status, 0]);
    expect(service.sinch.calls.filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect(await counted(number)).toBe(1);
  });

  test('one deadline covers all providers: a slow one leaves no time for the next', async () => {
    const number = freshNumber();
    service.sinch.misbehave('POST', (_req, res) => {
      setTimeout(() => {
        res.writeHead(503, { 'Content-Type': 'application/json' });
        res.end('{"errorCode":50300}');
      }, 700);
    });
    const answer = await service.post('/request-otp', { phoneNumber: number });
    expect([answer.status, answer.body['code']]).toEqual([503, 'provider_unavailable']);
    expect([arrivedBySecond(number), await counted(number)]).toEqual([0, 0]);
  });

  test('the next provider gets the remaining time', async () => {
    const number = freshNumber();
    service.sinch.misbehave('POST', (_req, res) => {
      setTimeout(() => {
        res.writeHead(503, { 'Content-Type': 'application/json' });
        res.end('{"errorCode":50300}');
      }, 400);
    });
    await fault(second, { kind: 'hang', operation: 'start', count: 1 });
    const startedAt = performance.now();
    const answer = await service.post('/request-otp', { phoneNumber: number });
    expect(answer.body['code']).toBe('provider_outcome_unknown');
    expect(performance.now() - startedAt).toBeLessThan(1390);
  });

  test('when both refuse, the send is refunded once and the last refusal is the response', async () => {
    const number = freshNumber();
    service.sinch.answer('POST', 503, { errorCode: 50300 });
    await fault(second, { kind: 'answer', status: 401, operation: 'start', count: 1 });
    const answer = await service.post('/request-otp', { phoneNumber: number });
    expect([answer.status, answer.body['code']]).toEqual([502, 'provider_rejected']);
    expect(await counted(number)).toBe(0);
    expect((await service.post('/request-otp', { phoneNumber: number })).status).toBe(200);
  });

  test('a late report of the first provider changes nothing', async () => {
    const number = freshNumber();
    service.sinch.answer('POST', 503, { errorCode: 50300 });
    const id = await service.request(number);
    const asked = String(service.sinch.calls[0]?.json['reference']);
    const rows = await service.rows(
      'SELECT 1 FROM verifications WHERE send_reference = $1 OR resend_reference = $1',
      [asked],
    );
    expect(rows).toEqual([]);
    expect(await service.rows('SELECT provider FROM verifications WHERE id = $1', [id])).toEqual([
      { provider: 'infobip-2fa' },
    ]);
  });

  test('a resend fails over too, and its code is checked by its own provider', async () => {
    const number = freshNumber();
    const id = await service.request(number);
    service.sinch.answer('POST', 503, { errorCode: 50300 });
    expect((await service.post(`/verifications/${id}/resend`, {})).status).toBe(200);
    expect([service.sinch.messages, arrivedBySecond(number)]).toEqual([1, 1]);
    expect((await service.verify(id, service.sinch.codeFor(number))).status).toBe(401);
    const code = second.inbox.list(number)[0]?.code ?? '';
    expect((await service.verify(id, code)).status).toBe(200);
  });

  test('a resend goes to the first provider again, which then checks the code', async () => {
    const number = freshNumber();
    service.sinch.answer('POST', 503, { errorCode: 50300 });
    const id = await service.request(number);
    expect((await service.post(`/verifications/${id}/resend`, {})).status).toBe(200);
    expect([service.sinch.messages, arrivedBySecond(number)]).toEqual([1, 1]);
    expect((await service.verify(id, service.sinch.codeFor(number))).status).toBe(200);
  });

  test('after a crash in a resend, the provider called last checks the code', async () => {
    const number = freshNumber();
    const id = await service.request(number);
    service.sinch.answer('POST', 503, { errorCode: 50300 });
    await fault(second, { kind: 'hang', operation: 'start', process: true, count: 1 });
    const asked = service.post(`/verifications/${id}/resend`, {});
    await until(() => arrivedBySecond(number) === 1);
    const lost = `UPDATE verifications SET send_started_at = now() - interval '1 hour' WHERE id = $1 RETURNING 1`;
    await service.rows(lost, [id]);
    await service.background.maintenance.sweep();
    const [row] = await service.rows('SELECT provider, status FROM verifications WHERE id = $1', [
      id,
    ]);
    expect(row).toEqual({ provider: 'infobip-2fa', status: 'pending' });
    await asked;
  });

  test('a country with its own route uses only that route', async () => {
    const number = '+46701234567';
    await service.request(number);
    expect([service.sinch.calls.length, arrivedBySecond(number)]).toEqual([0, 1]);
    await fault(second, { kind: 'answer', status: 503, operation: 'start', count: 1 });
    const refused = await service.post('/request-otp', { phoneNumber: '+46701234568' });
    expect([refused.status, service.sinch.calls.length]).toEqual([503, 0]);
  });

  test('a channel that only the second provider has goes there; one that no provider has is a 400', async () => {
    const swedish = await service.post('/request-otp', {
      phoneNumber: '+46701234569',
      channel: 'whatsapp',
    });
    expect(swedish.status).toBe(400);
    expect(swedish.body['errors']).toMatchObject([{ pointer: '/channel' }]);
    expect(second.inbox.list()).toEqual([]);
  });
});

describe('a failing first provider', () => {
  test('fails none of 1,000 requests: the second sends each one message, and each verifies', async () => {
    const second = await startEverySimulator();
    const service = await TestService.start({
      VERIFICATION_PROVIDERS: 'sinch-verification,local-code',
      SINCH_VERIFICATION_URL: NOWHERE,
      SINCH_SMS_URL: second.url,
      PROVIDER_BREAKER_FAILURES: '5',
    });
    try {
      const numbers = Array.from({ length: 1000 }, freshNumber);
      const verified = await inTurns(20, numbers, async (phoneNumber) => {
        const asked = await service.post('/request-otp', { phoneNumber });
        const [message] = second.inbox.list(phoneNumber);
        const id = String(asked.body['verificationId']);
        return (await service.verify(id, message?.code ?? '000000')).status === 200;
      });
      expect(verified.filter(Boolean).length).toBeGreaterThanOrEqual(999);
      // The inbox keeps only the newest 500 messages; the provider keeps all.
      const [sent] = await service.rows(
        `SELECT count(*)::int AS n FROM verification_events WHERE type = 'sent'`,
      );
      expect(sent).toEqual({ n: verified.filter(Boolean).length });
      const [over] = await service.rows(
        `SELECT count(*)::int AS n FROM verification_events WHERE type = 'failed_over'`,
      );
      // The open breaker skips the first provider.
      expect(Number(over?.['n'])).toBeLessThan(100);
    } finally {
      await service.stop();
      await second.close();
    }
  }, 120_000);
});

async function inTurns<T, R>(width: number, items: T[], work: (item: T) => Promise<R>) {
  const results: R[] = [];
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
      results.push(await work(item));
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

async function fault(simulator: RunningSimulator, one: object): Promise<void> {
  const response = await fetch(`${simulator.url}/simulator/control`, {
    method: 'PUT',
    body: JSON.stringify({ faults: [one] }),
  });
  expect(response.status).toBe(200);
}

async function until(happened: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !happened(); i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(happened()).toBe(true);
}

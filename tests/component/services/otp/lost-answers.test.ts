import type { RunningSimulator } from '../../../../src/development/simulator/start-simulator.js';
import { addressesOf, startEverySimulator } from '../../../support/provider-rig.js';
import { TestService, freshNumber, type Answer } from '../../../support/service.js';

const UNKNOWN_STATUSES = [500, 501, 502, 504, 520];

interface Setting {
  service: TestService;
  simulator: RunningSimulator;
}

interface Provider {
  name: string;
  service: string;
  /** The operation that finds a send by our reference. */
  find?: string;
}

const SINCH: Provider = {
  name: 'sinch-verification',
  service: 'sinchVerification',
  find: 'status',
};
const SMS: Provider = { name: 'local-code', service: 'sinchSms', find: 'status' };
const INFOBIP: Provider = { name: 'infobip-2fa', service: 'infobip2fa' };

describe.each([
  ['sinch-verification', [SINCH, SMS]],
  ['local-code', [SMS, SINCH]],
  ['infobip-2fa', [INFOBIP, SINCH]],
] as const)('a gateway in front of %s loses the response to a send', (_name, [first, next]) => {
  let it: Setting;
  beforeAll(async () => {
    const simulator = await startEverySimulator();
    const service = await TestService.start({
      ...addressesOf(simulator),
      VERIFICATION_PROVIDERS: `${first.name},${next.name}`,
      LIMIT_RESEND_COOLDOWN_SECONDS: '30',
      LIMIT_SEND_PER_PHONE: '9/1h',
      PROVIDER_BREAKER_FAILURES: '0',
    });
    it = { service, simulator };
  });
  afterAll(async () => {
    await it.service.stop();
    await it.simulator.close();
  });

  const lose = (status: number, process: boolean, alsoTheLookup = false) => {
    const answer = { kind: 'answer' as const, status, service: first.service, count: 1 };
    return control(it.simulator, [
      { ...answer, operation: 'start', process },
      ...(alsoTheLookup && first.find ? [{ ...answer, operation: first.find }] : []),
    ]);
  };
  const ask = (phoneNumber: string) => it.service.post('/request-otp', { phoneNumber });
  const arrived = (number: string) => it.simulator.inbox.list(number);
  const sendsCounted = async (number: string) => {
    const [row] = await it.service.rows(
      'SELECT cardinality(sends) AS sends FROM phone_limits WHERE phone_key = $1',
      [number],
    );
    return row?.['sends'];
  };

  test.each(UNKNOWN_STATUSES)(
    '%i after the message left: one message, whoever asks',
    async (status) => {
      const number = freshNumber();
      await lose(status, true);
      const answer = await ask(number);
      expect(arrived(number)).toHaveLength(1);
      expect(await sendsCounted(number)).toBe(1);
      if (first.find) {
        expect(answer.status).toBe(200);
        const code = arrived(number)[0]?.code ?? '';
        expect((await it.service.verify(idOf(answer), code)).status).toBe(200);
      } else {
        expectUnknown(answer);
      }
    },
  );

  test.each(UNKNOWN_STATUSES)(
    '%i before anything was sent: nobody else sends, nothing is given back',
    async (status) => {
      const number = freshNumber();
      await lose(status, false);
      expectUnknown(await ask(number));
      expect(arrived(number)).toEqual([]);
      expect(await sendsCounted(number)).toBe(1);
      const again = await Promise.all([1, 2, 3].map(() => ask(number)));
      expect(again.map(({ body }) => body['code'])).toEqual(['cooldown', 'cooldown', 'cooldown']);
      expect(arrived(number)).toEqual([]);
    },
  );

  test('when the lookup fails too, the answer is 504 and the code stays checkable', async () => {
    const number = freshNumber();
    await lose(502, true, true);
    const answer = await ask(number);
    expectUnknown(answer);
    expect(arrived(number)).toHaveLength(1);
    const code = arrived(number)[0]?.code ?? '';
    // Infobip checks a PIN by its own id, which was lost.
    const expected = first.find ? 200 : 401;
    expect((await it.service.verify(idOf(answer), code)).status).toBe(expected);
  });

  test('a resend keeps the same rule', async () => {
    const number = freshNumber();
    const id = idOf(await ask(number));
    await it.service.rows(`UPDATE phone_limits SET next_send_at = now() WHERE phone_key = $1`, [
      number,
    ]);
    await lose(500, true);
    const answer = await it.service.post(`/verifications/${id}/resend`, {});
    expect(answer.status).toBe(first.find ? 200 : 504);
    expect(arrived(number)).toHaveLength(2);
    expect(await sendsCounted(number)).toBe(2);
  });

  test('a 503 is a refusal: the next provider sends, once', async () => {
    const number = freshNumber();
    await lose(503, false);
    expect((await ask(number)).status).toBe(200);
    expect(arrived(number)).toHaveLength(1);
    expect(await sendsCounted(number)).toBe(1);
    const [row] = await it.service.rows(
      'SELECT provider FROM verifications WHERE phone_number = $1',
      [number],
    );
    expect(row).toEqual({ provider: next.name });
  });
});

describe('Sinch, asked by reference after a lost response,', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  /** The gateway loses the response to a start, which Sinch knows with this status. */
  const askWith = (status: string, channel: string) => {
    service.sinch.onStart = (one) => {
      one.status = status;
    };
    service.sinch.misbehaveAfter('POST', (res) => void res.writeHead(502).end());
    return service.post('/request-otp', { phoneNumber: freshNumber(), channel });
  };

  test.each(['PENDING', 'ABORTED', 'SUCCESSFUL', 'FAIL'])(
    'has sent the message when it says %s',
    async (status) => {
      const answer = await askWith(status, 'sms');
      expect([answer.status, answer.body['status']]).toEqual([200, 'pending']);
    },
  );

  test.each(['DENIED', 'ERROR'])('proves nothing when it says %s', async (status) => {
    expectUnknown(await askWith(status, 'sms'));
  });

  test.each(['flashcall', 'seamless'])(
    'is not asked about %s, whose data for the device only the lost response had',
    async (channel) => {
      const before = service.sinch.calls.length;
      expectUnknown(await askWith('PENDING', channel));
      expect(service.sinch.calls.slice(before).map(({ method }) => method)).toEqual(['POST']);
    },
  );
});

test('a lost response to a check keeps the attempt, because the code may have been compared', async () => {
  const service = await TestService.start();
  try {
    const id = await service.request(freshNumber());
    service.sinch.answer('PUT', 500, { errorCode: 50000 });
    expectUnknown(await service.verify(id, '0000'));
    const [row] = await service.rows('SELECT status, attempts FROM verifications WHERE id = $1', [
      id,
    ]);
    expect(row).toEqual({ status: 'pending', attempts: 1 });
  } finally {
    await service.stop();
  }
});

function expectUnknown(answer: Answer): void {
  expect([answer.status, answer.body['code']]).toEqual([504, 'provider_outcome_unknown']);
  expect(idOf(answer)).toMatch(/^[A-Za-z0-9_-]{20,}$/);
}

function idOf(answer: Answer): string {
  return String(answer.body['verificationId']);
}

async function control(simulator: RunningSimulator, faults: object[]): Promise<void> {
  const response = await fetch(`${simulator.url}/simulator/control`, {
    method: 'PUT',
    body: JSON.stringify({ faults }),
  });
  expect(response.status).toBe(200);
}

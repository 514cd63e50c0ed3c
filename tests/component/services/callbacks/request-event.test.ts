import {
  SINCH_CALLBACK,
  requestEvent,
  signedBySinch,
  type NamedSend,
} from '../../../support/callbacks.js';
import { noteSecret } from '../../../support/evidence.js';
import type { Started } from '../../../support/fake-sinch.js';
import { TestService, freshNumber, type Answer } from '../../../support/service.js';

const DENY = { action: 'deny' };

const askOf =
  (service: TestService) =>
  (send: NamedSend, more: object = {}) => {
    const { body, headers } = signedBySinch(requestEvent(send, more));
    return service.call('POST', SINCH_CALLBACK, body, headers);
  };

/** The callback's answer while the send waits for Sinch. */
async function whileSending(
  service: TestService,
  begin: () => Promise<Answer>,
  during: (send: Started) => Promise<unknown> = () => Promise.resolve(),
): Promise<{ answer: Answer; verdicts: Answer[]; send: Started }> {
  const verdicts: Answer[] = [];
  let last: Started | undefined;
  service.sinch.onStart = async (send) => {
    last = send;
    await during(send);
    verdicts.push(await askOf(service)(send));
  };
  const answer = await begin();
  service.sinch.onStart = undefined;
  return { answer, verdicts, send: last! };
}

describe("Sinch's request event", () => {
  let service: TestService;
  let ask: ReturnType<typeof askOf>;
  beforeAll(async () => {
    service = await TestService.start();
    ask = askOf(service);
  });
  afterAll(() => service.stop());

  const begin = (channel = 'sms') =>
    service.post('/request-otp', { phoneNumber: freshNumber(), channel });
  const bodies = (answers: Answer[]) => answers.map(({ status, body }) => [status, body]);

  test.each(['sms', 'voice', 'flashcall', 'whatsapp', 'seamless'])(
    'is allowed for a send by %s in progress, without a code of ours',
    async (channel) => {
      const { answer, verdicts } = await whileSending(service, () => begin(channel));
      expect(bodies(verdicts)).toEqual([[200, { action: 'allow' }]]);
      expect([answer.status, answer.body['codeLength']]).toEqual([200, null]);
    },
  );

  test('is allowed for a resend in progress', async () => {
    const id = String((await begin()).body['verificationId']);
    const { answer, verdicts } = await whileSending(service, () =>
      service.post(`/verifications/${id}/resend`, { channel: 'voice' }),
    );
    expect(bodies(verdicts)).toEqual([[200, { action: 'allow' }]]);
    expect(answer.status).toBe(200);
  });

  test('is denied without a send of ours: the application key alone sends nothing', async () => {
    const stranger = { id: '1', number: freshNumber(), reference: 'a-reference-of-their-own' };
    expect((await ask(stranger)).body).toEqual(DENY);
    expect((await ask({ ...stranger, reference: '' })).body).toEqual(DENY);
    const nobodys = requestEvent(stranger, { reference: undefined });
    const { body, headers } = signedBySinch(nobodys);
    expect((await service.call('POST', SINCH_CALLBACK, body, headers)).body).toEqual(DENY);
  });

  test('is denied under another reference, also for the number of a send in progress', async () => {
    const seen: unknown[] = [];
    await whileSending(service, begin, async (send) => {
      seen.push((await ask({ ...send, reference: 'another' })).body);
    });
    expect(seen).toEqual([DENY]);
  });

  test('is denied after the send, and when repeated', async () => {
    const { send } = await whileSending(service, begin);
    expect((await ask(send)).body).toEqual(DENY);
    const { send: resent } = await whileSending(service, begin);
    expect((await ask(resent)).body).toEqual(DENY);
  });

  test('is denied for an abandoned send', async () => {
    const { verdicts } = await whileSending(service, begin, async ({ reference }) => {
      await service.rows(
        `UPDATE verifications SET send_started_at = now() - interval '5 minutes' WHERE send_reference = $1`,
        [reference],
      );
    });
    expect(bodies(verdicts)).toEqual([[200, DENY]]);
  });

  test('is denied for a resend of a cancelled verification', async () => {
    const id = String((await begin()).body['verificationId']);
    const { verdicts } = await whileSending(
      service,
      () => service.post(`/verifications/${id}/resend`, {}),
      () => service.call('DELETE', `/verifications/${id}`),
    );
    expect(bodies(verdicts)).toEqual([[200, DENY]]);
  });

  test('is logged with its outcome, which reveals a leaked key', async () => {
    const before = service.log.lines.length;
    const { answer } = await whileSending(service, begin);
    await ask({ id: '1', number: '+1', reference: 'nobody' });
    const lines = service.log.lines.slice(before).map((line) => JSON.parse(line) as object);
    const received = lines.filter((line) => 'event' in line && line.event === 'request');
    expect(received).toEqual([
      expect.objectContaining({
        message: 'callback.received',
        provider: 'sinch-verification',
        outcome: 'allowed',
        verificationId: answer.body['verificationId'],
      }),
      expect.objectContaining({ message: 'callback.received', outcome: 'denied' }),
    ]);
  });
});

describe('with SINCH_OWN_CODES', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ SINCH_OWN_CODES: 'true', OTP_LENGTH: '8' });
  });
  afterAll(() => service.stop());

  /** Sinch uses the code of the callback's answer. */
  const withChosenCodes = () => {
    service.sinch.onStart = async (send) => {
      const { body } = await askOf(service)(send);
      const { sms, callout } = body as Record<'sms' | 'callout', { code: string } | undefined>;
      send.code = sms?.code ?? callout?.code ?? send.code;
      noteSecret(send.code);
    };
  };
  afterEach(() => {
    service.sinch.onStart = undefined;
  });

  test.each([
    ['sms', 'sms'],
    ['voice', 'callout'],
  ])('%s carries a code of OTP_LENGTH digits, whose length is answered', async (channel, place) => {
    const { answer, verdicts } = await whileSending(service, () =>
      service.post('/request-otp', { phoneNumber: freshNumber(), channel }),
    );
    expect(verdicts.map(({ body }) => body)).toEqual([
      { action: 'allow', [place]: { code: expect.stringMatching(/^[0-9]{8}$/) } },
    ]);
    expect(answer.body['codeLength']).toBe(8);
  });

  test.each(['flashcall', 'whatsapp', 'seamless'])(
    '%s has no code to set and no length',
    async (channel) => {
      const { answer, verdicts } = await whileSending(service, () =>
        service.post('/request-otp', { phoneNumber: freshNumber(), channel }),
      );
      expect(verdicts.map(({ body }) => body)).toEqual([{ action: 'allow' }]);
      expect(answer.body['codeLength']).toBeNull();
    },
  );

  test('the code works, and a resend has a new one', async () => {
    withChosenCodes();
    const phoneNumber = freshNumber();
    const id = await service.request(phoneNumber);
    const first = service.sinch.codeFor(phoneNumber);
    expect(first).toMatch(/^[0-9]{8}$/);
    const resent = await service.post(`/verifications/${id}/resend`, {});
    expect(resent.body['codeLength']).toBe(8);
    const second = service.sinch.codeFor(phoneNumber);
    expect(second).not.toBe(first);
    expect((await service.verify(id, first)).status).toBe(401);
    expect((await service.verify(id, second)).status).toBe(200);
  });

  test('a send without a request event has no code length', async () => {
    withChosenCodes();
    const id = await service.request(freshNumber());
    service.sinch.onStart = undefined;
    const resent = await service.post(`/verifications/${id}/resend`, {});
    expect([resent.status, resent.body['codeLength']]).toEqual([200, null]);
  });

  test('codes are uniform, and none is in a table or a log line', async () => {
    withChosenCodes();
    const numbers = Array.from({ length: 60 }, freshNumber);
    await Promise.all(numbers.map((number) => service.request(number)));
    const codes = numbers.map((number) => service.sinch.codeFor(number));
    expect(new Set(codes).size).toBe(60);
    expect(new Set(codes.join('')).size).toBe(10);
    const dump = JSON.stringify([
      await service.rows('SELECT * FROM verifications'),
      await service.rows('SELECT * FROM verification_events'),
    ]);
    expect(codes.filter((code) => dump.includes(code))).toEqual([]);
    const log = service.log.lines.join('');
    expect(codes.filter((code) => log.includes(code))).toEqual([]);
  });

  test('a denied send gets no code', async () => {
    const stranger = { id: '1', number: freshNumber(), reference: 'a-reference-of-their-own' };
    expect((await askOf(service)(stranger)).body).toEqual(DENY);
  });
});

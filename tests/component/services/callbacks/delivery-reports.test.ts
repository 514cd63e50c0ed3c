import { createHmac } from 'node:crypto';
import { loadConfig } from '../../../../src/config/load.js';
import { footprint } from '../../http/support/footprint.js';
import { problemFaults } from '../../http/support/problem.js';
import { CALLBACK_TOKEN } from '../../../support/callbacks.js';
import { noteSecret } from '../../../support/evidence.js';
import { TestService, freshNumber } from '../../../support/service.js';

const SMS = `/callbacks/sinch/sms/${CALLBACK_TOKEN}`;
const INFOBIP = `/callbacks/infobip/${CALLBACK_TOKEN}`;

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({ CALLBACK_TOKEN });
});
afterAll(() => service.stop());

/** Moves a verification to another provider. */
async function heldBy(
  provider: string,
): Promise<{ id: string; reference: string; messageId: string }> {
  const phoneNumber = freshNumber();
  const id = await service.request(phoneNumber);
  const { reference } = service.sinch.newestFor(phoneNumber);
  const messageId = `message-of-${id}`;
  await service.rows(
    'UPDATE verifications SET provider = $2, provider_message_id = $3 WHERE id = $1',
    [id, provider, messageId],
  );
  return { id, reference, messageId };
}

async function seenBy(id: string): Promise<unknown[]> {
  const { body } = await service.get(`/verifications/${id}`);
  const timeline = body['timeline'] as Record<string, unknown>[];
  return [body['status'], ...timeline.slice(2).map(({ type, reason }) => [type, reason])];
}

const smsReport = (reference: string, status: string, more: object = {}) => ({
  type: 'recipient_delivery_report_sms',
  batch_id: '01FC66621XXXXX119Z8PMV1QPQ',
  recipient: '14155550100',
  code: 0,
  status,
  at: '2026-11-21T08:17:19.210Z',
  client_reference: reference,
  ...more,
});

const infobipReport = (messageId: string, groupName: string) => ({
  bulkId: 'bulk',
  messageId,
  to: '14155550100',
  sentAt: '2026-11-21T08:17:19.210+0000',
  doneAt: '2026-11-21T08:17:20.210+0000',
  smsCount: 1,
  price: { pricePerMessage: 0.01, currency: 'EUR' },
  status: { groupId: 3, groupName, id: 5, name: 'DELIVERED_TO_HANDSET', description: 'Delivered' },
  error: { groupId: 0, groupName: 'OK', id: 0, name: 'NO_ERROR', permanent: false },
});

describe('a report of Sinch SMS', () => {
  test.each([
    ['Delivered', [['delivered', undefined]]],
    ['Failed', [['undelivered', 'failed']]],
    ['Rejected', [['undelivered', 'rejected']]],
    ['Aborted', [['undelivered', 'aborted']]],
    ['Cancelled', [['undelivered', 'cancelled']]],
    ['Deleted', [['undelivered', 'deleted']]],
    ['Expired', [['undelivered', 'expired']]],
    ['Queued', []],
    ['Dispatched', []],
    ['Unknown', []],
    ['SomethingNew', []],
  ])('%s', async (status, entries) => {
    const { id, reference } = await heldBy('local-code');
    const answer = await service.post(SMS, smsReport(reference, status));
    expect([answer.status, answer.text]).toEqual([200, '{}']);
    expect(await seenBy(id)).toEqual(['pending', ...entries]);
  });

  test('is recorded once and never reverts to an earlier state', async () => {
    const { id, reference } = await heldBy('local-code');
    for (const status of ['Dispatched', 'Delivered', 'Delivered', 'Dispatched', 'Failed']) {
      await service.post(SMS, smsReport(reference, status));
    }
    expect(await seenBy(id)).toEqual(['pending', ['delivered', undefined]]);
  });

  test.each([
    ['of a whole batch', { type: 'delivery_report_sms' }],
    ['of an incoming text', { type: 'mo_text' }],
    ['without our reference', { client_reference: undefined }],
    ['with an empty reference', { client_reference: null }],
    ['with an unknown reference', { client_reference: 'nobody' }],
  ])('%s is taken and changes nothing', async (_name, more) => {
    const { reference } = await heldBy('local-code');
    const before = await footprint(service);
    expect((await service.post(SMS, smsReport(reference, 'Delivered', more))).status).toBe(200);
    expect(await footprint(service)).toEqual(before);
  });

  test('is ignored for a verification of another provider', async () => {
    const { id, reference } = await heldBy('infobip-2fa');
    await service.post(SMS, smsReport(reference, 'Failed'));
    expect(await seenBy(id)).toEqual(['pending']);
  });
});

describe('reports of Infobip', () => {
  test.each([
    ['DELIVERED', [['delivered', undefined]]],
    ['UNDELIVERABLE', [['undelivered', 'undeliverable']]],
    ['EXPIRED', [['undelivered', 'expired']]],
    ['REJECTED', [['undelivered', 'rejected']]],
    ['PENDING', []],
    ['OK', []],
    ['SOMETHING_NEW', []],
  ])('%s', async (groupName, entries) => {
    const { id, messageId } = await heldBy('infobip-2fa');
    const answer = await service.post(INFOBIP, { results: [infobipReport(messageId, groupName)] });
    expect([answer.status, answer.text]).toEqual([200, '{}']);
    expect(await seenBy(id)).toEqual(['pending', ...entries]);
  });

  test('may be batched, with unknown ones among them', async () => {
    const [first, second] = [await heldBy('infobip-2fa'), await heldBy('infobip-2fa')];
    const results = [
      infobipReport('of somebody else', 'DELIVERED'),
      infobipReport(first.messageId, 'DELIVERED'),
      { messageId: null },
      infobipReport(second.messageId, 'REJECTED'),
      infobipReport(first.messageId, 'REJECTED'),
    ];
    expect((await service.post(INFOBIP, { results })).status).toBe(200);
    expect(await seenBy(first.id)).toEqual(['pending', ['delivered', undefined]]);
    expect(await seenBy(second.id)).toEqual(['pending', ['undelivered', 'rejected']]);
  });

  test('are ignored for a message of another provider', async () => {
    const { id, messageId } = await heldBy('local-code');
    await service.post(INFOBIP, { results: [infobipReport(messageId, 'DELIVERED')] });
    expect(await seenBy(id)).toEqual(['pending']);
  });

  test.each([{}, { results: 'all' }, { results: [1] }, []])(
    'with an invalid body are refused: %j',
    async (body) => {
      expect(problemFaults(await service.post(INFOBIP, body), 400, 'invalid_request')).toEqual([]);
    },
  );
});

describe('the token', () => {
  const attempts = [
    'x',
    CALLBACK_TOKEN.slice(0, -1),
    `${CALLBACK_TOKEN}x`,
    CALLBACK_TOKEN.toUpperCase(),
    'x'.repeat(4000),
    '%00',
    encodeURIComponent(`${CALLBACK_TOKEN} `),
  ];

  test.each(attempts)('"%s" is a 404, as for an unknown path', async (token) => {
    const { reference, messageId } = await heldBy('local-code');
    const before = await footprint(service);
    for (const [path, body] of [
      [`/callbacks/sinch/sms/${token}`, smsReport(reference, 'Delivered')],
      [`/callbacks/infobip/${token}`, { results: [infobipReport(messageId, 'DELIVERED')] }],
    ] as const) {
      const answer = await service.post(path, body);
      expect(problemFaults(answer, 404, 'not_found')).toEqual([]);
      expect(answer.text).not.toContain(token.slice(0, 20).repeat(2));
    }
    expect(await footprint(service)).toEqual(before);
  });

  test('is required: without a configured one the paths do not exist', async () => {
    const closed = await TestService.start();
    try {
      for (const path of [SMS, INFOBIP, '/callbacks/sinch/sms/undefined', '/callbacks/infobip/']) {
        expect(problemFaults(await closed.post(path, {}), 404, 'not_found')).toEqual([]);
      }
    } finally {
      await closed.stop();
    }
  });

  test.each(['short', 'x'.repeat(31), `${'x'.repeat(32)}/`, 'x'.repeat(129)])(
    'may not be %s',
    (token) => {
      expect(() => loadConfig({ CALLBACK_TOKEN: token })).toThrow(/CALLBACK_TOKEN/);
    },
  );
});

describe('with SINCH_SMS_WEBHOOK_SECRET', () => {
  const SECRET = 'webhook-secret-of-the-tests';
  const signed = (body: string, changes: Record<string, string> = {}) => {
    const [nonce, timestamp] = ['01FJA8B4A7BM43YGWSG9GBV067', '1717661839'];
    const signature = createHmac('sha256', SECRET)
      .update(`${body}.${nonce}.${timestamp}`)
      .digest('base64');
    return {
      'content-type': 'application/json',
      'x-sinch-webhook-signature': signature,
      'x-sinch-webhook-signature-nonce': nonce,
      'x-sinch-webhook-signature-timestamp': timestamp,
      'x-sinch-webhook-signature-algorithm': 'HmacSHA256',
      ...changes,
    };
  };
  let strict: TestService;
  beforeAll(async () => {
    noteSecret(SECRET);
    strict = await TestService.start({ CALLBACK_TOKEN, SINCH_SMS_WEBHOOK_SECRET: SECRET });
  });
  afterAll(() => strict.stop());

  test('a report needs token and signature', async () => {
    const body = JSON.stringify(smsReport('nobody', 'Delivered'));
    const call = (headers: Record<string, string>, path = SMS, text = body) =>
      strict.call('POST', path, text, headers);
    expect((await call(signed(body))).status).toBe(200);
    const faults = [
      problemFaults(await call(signed(body), '/callbacks/sinch/sms/x'), 404, 'not_found'),
      problemFaults(await call({ 'content-type': 'application/json' }), 401, 'callback_refused'),
      problemFaults(await call(signed(body), SMS, `${body} `), 401, 'callback_refused'),
      problemFaults(
        await call(signed(body, { 'x-sinch-webhook-signature-nonce': 'another' })),
        401,
        'callback_refused',
      ),
    ];
    expect(faults.flat()).toEqual([]);
  });
});

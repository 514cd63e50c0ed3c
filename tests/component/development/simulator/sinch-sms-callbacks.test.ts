import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startReportReceiver, type ReportReceiver } from './report-receiver.js';
import { RECIPIENT, startTestSms, type TestSms } from './sms-harness.js';

const OTHER = '+46700000102';

let sms: TestSms;
let receiver: ReportReceiver;
beforeEach(async () => {
  receiver = await startReportReceiver();
  sms = await startTestSms({ callbackUrl: receiver.url, callbackRetryMs: 40 });
});
afterEach(async () => {
  await sms.close();
  await receiver.close();
});

const quiet = () => sleep(200);

describe('delivery reports of the simulated Sinch SMS API', () => {
  it('are not sent unless requested', async () => {
    await sms.sent();
    await quiet();
    expect(receiver.reports).toEqual([]);
  });

  it('of the final state of each recipient', async () => {
    const id = await sms.sent({
      to: [RECIPIENT, OTHER],
      delivery_report: 'per_recipient_final',
      client_reference: 'ref-1',
    });
    await receiver.received(2);
    await quiet();
    const common = {
      type: 'recipient_delivery_report_sms',
      batch_id: id,
      code: 0,
      status: 'Delivered',
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      operator_status_at: expect.any(String),
      client_reference: 'ref-1',
      applied_originator: 'Simulator',
    };
    const reports = receiver.reports.map(({ report }) => report);
    expect(reports).toHaveLength(2);
    expect(reports).toEqual(
      expect.arrayContaining([
        { ...common, recipient: '46700000101' },
        { ...common, recipient: '46700000102' },
      ]),
    );
    expect(receiver.reports[0]!.headers['content-type']).toBe('application/json');
  });

  it('of every state of each recipient', async () => {
    await sms.settings({ queueMs: 60, deliveryMs: 60 });
    await sms.sent({ delivery_report: 'per_recipient' });
    await receiver.received(3);
    expect(receiver.states()).toEqual(['400 Queued', '401 Dispatched', '0 Delivered']);
  });

  it.each([
    ['summary', undefined],
    ['full', ['46700000101', '46700000102']],
  ])('of the whole batch once, as %s', async (delivery_report, recipients) => {
    await sms.settings({ deliveryMs: 60 });
    const id = await sms.sent({ to: [RECIPIENT, OTHER], delivery_report });
    await receiver.received(1);
    await quiet();
    expect(receiver.reports.map(({ report }) => report)).toEqual([
      {
        type: 'delivery_report_sms',
        batch_id: id,
        total_message_count: 2,
        statuses: [{ code: 0, status: 'Delivered', count: 2, ...(recipients && { recipients }) }],
      },
    ]);
  });

  it('report a failure', async () => {
    await sms.settings({ finalCode: 412 });
    await sms.sent({ delivery_report: 'per_recipient_final' });
    await receiver.received(1);
    expect(receiver.states()).toEqual(['412 Aborted']);
    expect(receiver.reports[0]!.report).not.toHaveProperty('operator_status_at');
  });

  it('report a cancelled message', async () => {
    await sms.settings({ deliveryMs: 5000 });
    await sms.cancel(await sms.sent({ delivery_report: 'per_recipient_final' }));
    await receiver.received(1);
    expect(receiver.states()).toEqual(['407 Cancelled']);
  });

  it('go to the address of the batch when it names one', async () => {
    const own = await startReportReceiver();
    await sms.sent({ delivery_report: 'per_recipient_final', callback_url: own.url });
    await own.received(1);
    expect(receiver.reports).toEqual([]);
    await own.close();
  });

  it('are not sent to a redirect', async () => {
    const other = await startReportReceiver();
    receiver.answerWith((res) => res.writeHead(307, { location: other.url }).end());
    await sms.sent({ delivery_report: 'per_recipient_final' });
    await receiver.received(1);
    await quiet();
    expect([receiver.reports.length, other.reports.length]).toEqual([1, 0]);
    await other.close();
  });
});

describe('delivery report without an acknowledgement', () => {
  const waits = () =>
    receiver.reports.slice(1).map(({ at }, index) => at - receiver.reports[index]!.at);

  it('is repeated after 5xx with waits that double', async () => {
    receiver.answerWith(500, 503, 502, 200);
    await sms.sent({ delivery_report: 'per_recipient_final' });
    await receiver.received(4);
    await quiet();
    expect(receiver.reports).toHaveLength(4);
    expect(new Set(receiver.reports.map(({ raw }) => raw)).size).toBe(1);
    const [first = 0, second = 0, third = 0] = waits();
    expect(first).toBeGreaterThan(35);
    expect(second).toBeGreaterThan(75);
    expect(third).toBeGreaterThan(155);
  });

  it('is repeated more slowly after a 429', async () => {
    receiver.answerWith(429, 200);
    await sms.sent({ delivery_report: 'per_recipient_final' });
    await receiver.received(2);
    expect(waits()[0]).toBeGreaterThan(75);
  });

  it('is repeated without a response', async () => {
    await sms.settings({ callbackTimeoutMs: 100 });
    receiver.answerWith(
      () => undefined,
      (res) => res.socket?.resetAndDestroy(),
      200,
    );
    await sms.sent({ delivery_report: 'per_recipient_final' });
    await receiver.received(3);
    await quiet();
    expect(receiver.reports).toHaveLength(3);
  });

  it.each([200, 204, 299, 400, 401, 404, 410])('is not repeated after %d', async (status) => {
    receiver.answerWith(status);
    await sms.sent({ delivery_report: 'per_recipient_final' });
    await receiver.received(1);
    await quiet();
    expect(receiver.reports).toHaveLength(1);
  });

  it('is abandoned when the simulator stops', async () => {
    receiver.answerWith(500, 500, 500, 500, 500);
    await sms.sent({ delivery_report: 'per_recipient_final' });
    await receiver.received(1);
    await sms.close();
    const before = receiver.reports.length;
    await quiet();
    expect(receiver.reports.length).toBe(before);
  });
});

describe('the signature of a delivery report', () => {
  it('is absent by default', async () => {
    await sms.sent({ delivery_report: 'per_recipient_final' });
    const [report] = await receiver.received(1);
    expect(Object.keys(report.headers).filter((name) => name.startsWith('x-'))).toEqual([]);
  });

  it('covers body, nonce and time with the secret as text', async () => {
    const secret = 'webhook-secret-1234';
    await sms.settings({ webhookSecret: secret });
    await sms.sent({ delivery_report: 'per_recipient_final', client_reference: 'åäö' });
    const [{ headers, raw }] = await receiver.received(1);
    const nonce = String(headers['x-sinch-webhook-signature-nonce']);
    const timestamp = String(headers['x-sinch-webhook-signature-timestamp']);
    expect(nonce).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(Math.abs(Date.now() / 1000 - Number(timestamp))).toBeLessThan(5);
    expect(headers['x-sinch-webhook-signature-algorithm']).toBe('HmacSHA256');
    expect(headers['x-sinch-webhook-signature']).toBe(
      createHmac('sha256', secret).update(`${raw}.${nonce}.${timestamp}`).digest('base64'),
    );
  });

  it('is renewed for each retry', async () => {
    await sms.settings({ webhookSecret: 'secret' });
    receiver.answerWith(500, 200);
    await sms.sent({ delivery_report: 'per_recipient_final' });
    const reports = await receiver.received(2);
    const nonces = reports.map(({ headers }) => headers['x-sinch-webhook-signature-nonce']);
    expect(new Set(nonces).size).toBe(2);
  });
});

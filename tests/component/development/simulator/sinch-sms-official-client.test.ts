import { SmsCallbackWebhooks, SmsService, type Sms } from '@sinch/sms';
import { send } from './harness.js';
import { startReportReceiver } from './report-receiver.js';
import { ACCOUNTS, RECIPIENT, startTestSms, type TestSms } from './sms-harness.js';

const MSISDN = RECIPIENT.slice(1);

let sms: TestSms;
beforeEach(async () => {
  sms = await startTestSms();
});
afterEach(() => sms.close());

const clientOf = (credentials: object) =>
  new SmsService({ ...credentials, smsHostname: sms.url, authHostname: sms.url });
const planClient = () => {
  const { servicePlanId, apiToken } = ACCOUNTS;
  return clientOf({ servicePlanId, apiToken });
};
const projectClient = () => {
  const { projectId, keyId, keySecret } = ACCOUNTS;
  return clientOf({ projectId, keyId, keySecret });
};
const text = (fields: object = {}): Sms.SendTextSMSRequestData => ({
  sendSMSRequestBody: { to: [RECIPIENT], body: 'Your code is 123456.', ...fields },
});

describe.each([
  ['a service plan', planClient],
  ['a project', projectClient],
])('the official Sinch client with %s against the simulator', (_variant, client) => {
  it('sends, looks up, reads both reports, lists and cancels', async () => {
    const sinch = client();
    const send_at = new Date(Math.ceil(Date.now() / 1000) * 1000 - 5000);
    const expire_at = new Date(Date.now() + 300_000);
    const sent = await sinch.batches.sendTextMessage(
      text({ from: '+12015555555', client_reference: 'ref-1', send_at, expire_at }),
    );
    expect(sent).toMatchObject({
      to: [MSISDN],
      from: '12015555555',
      type: 'mt_text',
      canceled: false,
      send_at,
      expire_at,
      created_at: expect.any(Date),
    });
    expect(sms.inbox.list(RECIPIENT)[0]).toMatchObject({ code: '123456' });
    const batch_id = sent.id!;
    expect(await sinch.batches.get({ batch_id })).toEqual(sent);

    const report = await sinch.deliveryReports.get({ batch_id, type: 'full', status: 'Delivered' });
    expect(report).toMatchObject({
      type: 'delivery_report_sms',
      total_message_count: 1,
      statuses: [{ code: 0, status: 'Delivered', count: 1, recipients: [MSISDN] }],
      client_reference: 'ref-1',
    });
    const one = await sinch.deliveryReports.getForNumber({ batch_id, phone_number: MSISDN });
    expect(one).toMatchObject({ recipient: MSISDN, status: 'Delivered', at: expect.any(Date) });

    const { data } = await sinch.batches.list({ client_reference: 'ref-1' });
    expect(data.map(({ id }) => id)).toEqual([batch_id]);
    expect(await sinch.batches.cancel({ batch_id })).toMatchObject({
      id: batch_id,
      canceled: true,
    });
  });

  it('fills in parameters and makes a dry run', async () => {
    const message = text({
      to: [RECIPIENT, '+46700000102'],
      body: 'Hi ${name}!',
      parameters: { name: { [RECIPIENT]: 'Ada 🎃', default: 'you' } },
    });
    const rehearsal = await client().batches.dryRun({
      per_recipient: true,
      number_of_recipients: 10,
      dryRunRequestBody: message.sendSMSRequestBody!,
    });
    expect(rehearsal).toEqual({
      number_of_recipients: 2,
      number_of_messages: 2,
      per_recipient: [
        { recipient: MSISDN, number_of_parts: 1, body: 'Hi Ada 🎃!', encoding: 'unicode' },
        { recipient: '46700000102', number_of_parts: 1, body: 'Hi you!', encoding: 'text' },
      ],
    });
    expect(sms.inbox.list()).toEqual([]);
    await client().batches.sendTextMessage(message);
    expect(sms.inbox.list('+46700000102')[0]).toMatchObject({ text: 'Hi you!', code: null });
  });

  it('reads all pages', async () => {
    const sinch = client();
    for (let count = 0; count < 5; count += 1) await sinch.batches.sendTextMessage(text());
    let page = await sinch.batches.list({ page_size: 2 });
    const sizes = [page.data.length];
    while (page.hasNextPage) {
      page = await page.nextPage();
      sizes.push(page.data.length);
    }
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('gets an error for an invalid number', async () => {
    await expect(client().batches.sendTextMessage(text({ to: ['+1'] }))).rejects.toMatchObject({
      statusCode: 400,
    });
    expect(sms.inbox.list()).toEqual([]);
  });
});

describe('the official Sinch client with a project', () => {
  it('fetches a new token when the old one has expired', async () => {
    const sinch = projectClient();
    await sms.settings({ tokenLifetimeSeconds: 0.1 });
    await sinch.batches.sendTextMessage(text());
    await new Promise((resolve) => setTimeout(resolve, 150));
    await sms.settings({ tokenLifetimeSeconds: 60 });
    await sinch.batches.sendTextMessage(text());
    expect(sms.inbox.list()).toHaveLength(2);
    const calls = await send(sms.url, { method: 'GET', path: '/simulator/calls' });
    expect(JSON.parse(calls.text)).toMatchObject([
      { path: '/oauth2/token', status: 200 },
      { status: 201 },
      { status: 401 },
      { path: '/oauth2/token', status: 200 },
      { status: 201 },
    ]);
  });

  it('is refused with a foreign token', async () => {
    const stranger = clientOf({ servicePlanId: ACCOUNTS.servicePlanId, apiToken: 'wrong' });
    await expect(stranger.batches.sendTextMessage(text())).rejects.toMatchObject({
      statusCode: 401,
    });
  });
});

describe('official callback parser', () => {
  it("verifies and parses the simulator's reports", async () => {
    const receiver = await startReportReceiver();
    await sms.settings({ webhookSecret: 'webhook-secret-1234', callbackUrl: receiver.url });
    await planClient().batches.sendTextMessage(
      text({ delivery_report: 'per_recipient_final', client_reference: 'ref-1' }),
    );
    const [received] = await receiver.received(1);
    const reader = new SmsCallbackWebhooks('webhook-secret-1234');
    const { headers, raw } = received;
    expect(reader.validateAuthenticationHeader(headers, raw, '/', 'POST')).toBe(true);
    expect(reader.validateAuthenticationHeader(headers, `${raw} `, '/', 'POST')).toBe(false);
    expect(reader.parseEvent(raw)).toMatchObject({
      type: 'recipient_delivery_report_sms',
      recipient: MSISDN,
      status: 'Delivered',
      at: expect.any(Date),
    });
    await receiver.close();
  });
});
